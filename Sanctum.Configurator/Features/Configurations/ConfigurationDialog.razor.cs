using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Sets, overrides or changes a value: shows first how far that reaches, then saves.</summary>
public sealed partial class ConfigurationDialog
{
    private static readonly IReadOnlyList<Choice<ConfigurationType>> Types =
    [
        new(ConfigurationType.String, "Text"),
        new(ConfigurationType.Number, "Number"),
        new(ConfigurationType.Boolean, "True or false"),
        new(ConfigurationType.Json, "JSON"),
    ];

    private ConfigurationPlan? _plan;

    /// <summary>What is in force now; null for a new key.</summary>
    [Parameter]
    public EffectiveValue? Now { get; set; }

    /// <summary>Whose value it is, by name.</summary>
    [Parameter, EditorRequired]
    public required string Holder { get; set; }

    [Inject]
    public required ConfigurationService Configurations { get; init; }

    [Inject]
    public required ConfigurationReader Reader { get; init; }

    private string Title =>
        Now switch
        {
            null => $"Add a key for {Holder}",
            { IsHere: true } => $"Edit {Form.Key} of {Holder}",
            _ => $"Override {Form.Key} for {Holder}",
        };

    private bool KeepsSecret => Now is { IsHere: true, IsSecret: true };

    protected override string Thing => "value";

    protected override void OnFilled() => _plan = null;

    /// <summary>What was reviewed is no longer what would be saved.</summary>
    protected override void OnFieldChanged(string field) => _plan = null;

    protected override Task<Outcome<ConfigurationPlan>> SaveAsync() =>
        Configurations.SaveAsync(Form, isDryRun: _plan is null, CancellationToken.None);

    protected override object? Answer(ConfigurationPlan saved)
    {
        if (_plan is not null)
        {
            return $"{Form.Key} was saved. {saved.Reach}";
        }

        _plan = saved;
        return null;
    }

    protected override async Task<ConfigurationForm?> FindTheirsAsync(ConfigurationPlan current) =>
        (await Reader.RowsAsync(new(Form.Scope, Form.ScopeId, Form.Key), new(0, 1), Closed)).Items is [var row]
            ? ConfigurationForm.Of(row, Form.Scope)
            : null;

    protected override void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        _plan = null;
        base.Refuse(reasons);
    }
}
