using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Makes or changes a plugin.</summary>
public sealed partial class PluginDialog
{
    private readonly IReadOnlyList<Choice<string>> _types = Choice.Of(PluginForm.Types);
    private string _title = "";

    [Inject]
    public required PluginService Plugins { get; init; }

    protected override string Thing => "plugin";

    protected override void OnFilled() => _title = Form.Id is null ? "Add a plugin" : $"Edit {Form.Name}";

    protected override void ReadTyped()
    {
        if (Form.ReadTyped() is var (field, reason))
        {
            State.Refuse(field, reason);
        }
        else
        {
            // What can't be read of it has messages under the names of the API.
            Refuse(FormRules.Check(Form).Where(reason => reason.Key is nameof(Form.Config) or nameof(Form.Dependencies)).ToDictionary());
        }
    }

    protected override Task<Outcome<PluginRow>> SaveAsync() => Plugins.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(PluginRow saved) => $"{saved.Name} was saved.";

    protected override async Task<PluginForm?> FindTheirsAsync(PluginRow current) =>
        await Plugins.FindAsync(current.Id, Closed) is { } view ? PluginForm.Of(view) : null;

    /// <summary>Puts each reason beside the field in which it was typed.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) =>
        base.Refuse(
            reasons.ToDictionary(
                reason =>
                    reason.Key switch
                    {
                        nameof(PluginForm.Config) => nameof(PluginForm.TypedConfig),
                        nameof(PluginForm.Dependencies) => nameof(PluginForm.TypedDependencies),
                        var field => field,
                    },
                reason => reason.Value
            )
        );
}
