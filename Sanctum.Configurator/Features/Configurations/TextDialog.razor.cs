using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>All values of a holder as text, to be edited at once or taken along.</summary>
public sealed partial class TextDialog
{
    private static readonly IReadOnlyList<Choice<ImportMode>> Modes =
    [
        new(ImportMode.Replace, "Replace all: reset other keys"),
        new(ImportMode.Overwrite, "Overwrite: keep other keys"),
        new(ImportMode.OnlyNew, "Only new: add keys that are not set yet"),
    ];

    private ImportMode _mode = ImportMode.Replace;
    private ConfigurationPlan? _plan;
    private string? _text;

    [Parameter, EditorRequired]
    public required ScopeHolder Holder { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required ConfigurationTransfer Transfer { get; init; }

    protected override async Task OnInitializedAsync() => _text = await Transfer.ExportAsync(Holder, Closed);

    private void Type(string? text) => (_text, _plan) = (text, null);

    private void ChooseMode(ImportMode mode) => (_mode, _plan) = (mode, null);

    protected override string Thing => "text";

    protected override Task<Outcome<ConfigurationPlan>> SaveAsync() =>
        Transfer.ImportAsync(new(_text, Holder.Scope, Holder.Id, _mode), isDryRun: _plan is null, CancellationToken.None);

    /// <summary>Shows first what would change.</summary>
    protected override object? Answer(ConfigurationPlan saved)
    {
        if (_plan is not null)
        {
            return $"Saved. {saved.Reach}";
        }

        _plan = saved;
        return null;
    }

    /// <summary>What is wrong is somewhere in the text.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        _plan = null;
        State.Say(reasons.Values.First());
    }
}
