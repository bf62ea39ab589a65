using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Memories.Keeping;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>What is remembered of whoever looks.</summary>
public sealed partial class MemoriesPage
{
    private MemoryList? _list;
    private MemoryUse? _use;
    private string? _problem;

    [SupplyParameterFromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "scope")]
    public string? Scope { get; set; }

    [SupplyParameterFromQuery(Name = "status")]
    public string? Status { get; set; }

    [Inject]
    public required MemoryUseService Use { get; init; }

    [Inject]
    public required MemorySettingsService Settings { get; init; }

    protected override void OnInitialized() => Watch(Tables.MemorySettings, Tables.UserPreferences);

    protected override async Task ReadAsync(CancellationToken cancel) => _use = await Use.ReadAsync(cancel);

    private async Task UseAsync(bool isOn)
    {
        var outcome = await Use.SetAsync(new() { IsOn = isOn }, CancellationToken.None);
        _problem = outcome.ProblemWith("Your choice");
        if (outcome is Outcome<MemoryUse>.Ok { Value: var use })
        {
            _use = use;
            Notices.Say(isOn ? "Memory was turned on for you." : "Memory was turned off for you. What is remembered stays, unused.");
        }
    }

    private async Task AddAsync()
    {
        if (await Dialogs.AskAsync<MemoryDialog, string>() is { } said)
        {
            Notices.Say(said);
        }

        await ReloadListAsync();
    }

    private async Task MergeAsync()
    {
        if (await Dialogs.AskAsync<DuplicatesDialog, string>() is { } said)
        {
            Notices.Say(said);
        }

        await ReloadListAsync();
    }

    private async Task SettingsAsync()
    {
        var parameters = new Dictionary<string, object?>
        {
            [nameof(MemorySettingsDialog.Form)] = (await Settings.ReadAsync(Gone)).ToForm(),
        };
        if (await Dialogs.AskAsync<MemorySettingsDialog, string>(parameters) is { } said)
        {
            Notices.Say(said);
        }
    }

    private Task ReloadListAsync() => _list?.ReloadListAsync() ?? Task.CompletedTask;
}
