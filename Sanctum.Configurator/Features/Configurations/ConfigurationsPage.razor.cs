using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>What is in force for the system, an agent, a tool, an instance or a user, now or at a moment.</summary>
public sealed partial class ConfigurationsPage
{
    private const int MostHolders = 20;

    private static readonly IReadOnlyList<Choice<ConfigurationScope>> Scopes =
    [
        new(ConfigurationScope.System, "The system"),
        new(ConfigurationScope.Agent, "An agent"),
        new(ConfigurationScope.Tool, "A tool"),
        new(ConfigurationScope.Instance, "A tool instance"),
        new(ConfigurationScope.User, "A user"),
    ];

    private static readonly IReadOnlyList<Choice<string>> Shows =
    [
        new("", "All effective keys"),
        new("here", "Set here"),
        new("shadowing", "Shadowing another"),
    ];

    private DataTable<EffectiveValue>? _table;
    private ConfigurationScope _scope;
    private ScopeHolder? _holder;
    private string _name = "the system";
    private string? _problem;

    [SupplyParameterFromQuery(Name = "show")]
    public string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "at")]
    public string? AsOf { get; set; }

    [Inject]
    public required ConfigurationService Configurations { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private Choice<int>? Chosen => _holder?.Id is { } id ? new(id, _name) : null;

    private DateTimeOffset? Named => TimeText.Find(AsOf);

    private bool IsAhead => Named > Clock.GetUtcNow();

    /// <summary>The moment that is shown; null for now.</summary>
    private DateTimeOffset? At => IsAhead ? null : Named;

    private string HistoryUrl =>
        _holder is { Id: { } id } holder
            ? $"{Urls.ConfigurationHistory}?{EnumText<ConfigurationScope>.Of(holder.Scope)}={id}"
            : Urls.ConfigurationHistory;

    protected override object? LoadKey => NamedHolder;

    protected override void OnInitialized() => Watch(() => _table?.ReloadAsync() ?? Task.CompletedTask, Tables.Configurations);

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var named = NamedHolder;
        if (named is null && _scope != ConfigurationScope.System && _holder is null)
        {
            return; // A kind is chosen, and which one is not yet.
        }

        _holder = named ?? ScopeHolder.System;
        _scope = _holder.Value.Scope;
        _name = named is null ? "the system" : await Reader.NameAsync(named.Value, cancel) ?? $"{named.Value.Id} (deleted)";
    }

    /// <summary>A value that says nothing of itself is what the one it shadows is.</summary>
    private static string? DescriptionOf(EffectiveValue value) =>
        value.Description ?? value.Shadows.Select(shadow => shadow.Description).FirstOrDefault(description => description is not null);

    private Task<PageOf<EffectiveValue>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Reader.EffectiveAsync(
            _holder!.Value,
            Show switch
            {
                "here" => ShownKeys.Here,
                "shadowing" => ShownKeys.Shadowing,
                _ => ShownKeys.All,
            },
            At,
            page,
            cancel
        );

    private async Task<IEnumerable<Choice<int>>> FindHoldersAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.HoldersAsync(_scope, search, MostHolders, cancel)).Select(holder => (holder.Id, holder.Name)));

    private void ChooseScope(ConfigurationScope scope)
    {
        (_scope, _holder, _name) = (scope, scope == ConfigurationScope.System ? ScopeHolder.System : null, "");
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(HolderQuery.None));
    }

    private void ChooseHolder(Choice<int>? chosen)
    {
        if (chosen is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(HolderQuery.Write(new(_scope, chosen.Value))));
        }
    }

    private Task AddAsync() =>
        OpenAsync(
            new()
            {
                Scope = _holder!.Value.Scope,
                ScopeId = _holder.Value.Id,
                Version = 0,
            },
            null
        );

    private Task EditAsync(EffectiveValue value) =>
        OpenAsync(
            new()
            {
                Key = value.Key,
                Value = value.Value,
                Type = value.Type,
                Scope = _holder!.Value.Scope,
                ScopeId = _holder.Value.Id,
                Description = value.IsHere ? value.Description : null,
                IsEncrypted = value.IsSecret,
                Version = value.IsHere ? value.Version : 0,
            },
            value
        );

    private async Task OpenAsync(ConfigurationForm form, EffectiveValue? value)
    {
        _problem = null;
        await TellAsync(
            await Dialogs.AskAsync<ConfigurationDialog, string>(
                new Dictionary<string, object?>
                {
                    [nameof(ConfigurationDialog.Form)] = form,
                    [nameof(ConfigurationDialog.Now)] = value,
                    [nameof(ConfigurationDialog.Holder)] = _name,
                }
            )
        );
    }

    private Task ResetAsync(EffectiveValue value)
    {
        var verb = value.Shadows.Count > 0 ? "Reset" : "Delete";
        return PlanAsync(
            $"{verb} {value.Key}?",
            value.Shadows.Count > 0 ? $"The value of {value.Shadows[0].Holder} applies again." : "No other value is set.",
            verb,
            (isDryRun, cancel) => Configurations.ResetAsync(new(value.Key, _holder!.Value), value.Version, isDryRun, cancel)
        );
    }

    private Task RollBackAsync(ScopeHolder? holder) =>
        PlanAsync(
            $"Roll {(holder is null ? "everything" : _name)} back?",
            string.Create(
                CultureInfo.InvariantCulture,
                $"To the state on {At:yyyy-MM-dd HH:mm} UTC. This is recorded as a new change, which you can undo."
            ),
            "Roll back",
            (isDryRun, cancel) => History.RollBackAsync(new(At!.Value, holder?.Scope, holder?.Id), isDryRun, cancel)
        );

    private async Task PlanAsync(
        string title,
        string text,
        string verb,
        Func<bool, CancellationToken, Task<Outcome<ConfigurationPlan>>> act
    )
    {
        _problem = null;
        await TellAsync(await Dialogs.AskAsync<PlanDialog, string>(PlanDialog.For(title, text, verb, act)));
    }

    private async Task EditTextAsync() =>
        await TellAsync(
            await Dialogs.AskAsync<TextDialog, string>(
                new Dictionary<string, object?> { [nameof(TextDialog.Holder)] = _holder!.Value, [nameof(TextDialog.Name)] = _name }
            )
        );

    private async Task CompareAsync() =>
        await Dialogs.AskAsync<CompareDialog, string>(
            new Dictionary<string, object?> { [nameof(CompareDialog.Holder)] = _holder!.Value, [nameof(CompareDialog.Name)] = _name }
        );

    private async Task TellAsync(string? done)
    {
        if (done is not null)
        {
            Notices.Say(done);
        }

        if (_table is not null)
        {
            await _table.ReloadAsync();
        }
    }
}
