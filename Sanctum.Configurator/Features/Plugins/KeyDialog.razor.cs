using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Sets one key of a plugin's configuration.</summary>
public sealed partial class KeyDialog
{
    private readonly IReadOnlyList<Choice<string>> _types = Choice.Of(PluginKeys.Types);
    private int? _version;

    [Parameter, EditorRequired]
    public required int PluginId { get; set; }

    /// <summary>Null for a new key.</summary>
    [Parameter]
    public PluginKeyRow? Row { get; set; }

    [Inject]
    public required PluginKeys Keys { get; init; }

    protected override string Thing => "key";

    protected override void OnInitialized()
    {
        (_version, Form.Key, Form.Type, Form.Value) = (Row?.Version, Row?.Key ?? "", Row?.Type ?? "string", Row?.Value);
        base.OnInitialized();
    }

    protected override Task<Outcome<PluginKeyRow>> SaveAsync() => Keys.SetAsync(PluginId, Form, _version, CancellationToken.None);

    protected override object Answer(PluginKeyRow saved) => $"{Form.Key} was saved.";

    protected override Task<PluginKeyForm?> FindTheirsAsync(PluginKeyRow current)
    {
        _version = current.Version;
        return Task.FromResult<PluginKeyForm?>(
            new()
            {
                Key = current.Key,
                Type = current.Type,
                Value = current.Value,
            }
        );
    }
}
