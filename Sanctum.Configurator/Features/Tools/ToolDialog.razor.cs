using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Adds or changes a tool.</summary>
public sealed partial class ToolDialog
{
    private string _title = "";
    private string? _schema;

    [Inject]
    public required ToolService Tools { get; init; }

    [Inject]
    public required ToolReader Reader { get; init; }

    protected override string Thing => "tool";

    protected override void OnFilled() => (_title, _schema) = (Form.Name, Form.ConfigSchema?.ToJsonString(JsonText.Readable));

    protected override async Task<Outcome<ToolRow>> SaveAsync()
    {
        (Form.ConfigSchema, var problem) = string.IsNullOrWhiteSpace(_schema) ? (null, null) : JsonText.Parse(_schema);
        return problem is null
            ? await Tools.SaveAsync(Form, CancellationToken.None)
            : new Outcome<ToolRow>.Invalid(nameof(Form.ConfigSchema), problem);
    }

    protected override async Task<ToolForm?> FindTheirsAsync(ToolRow current) =>
        await Reader.FindAsync(current.Id, Closed) is { } view ? ToolForm.Of(view) : null;
}
