using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Shows what an mcp.json would bring, asks for what it leaves out, and adds it.</summary>
public sealed partial class McpImportDialog
{
    private McpImport? _preview;

    [Inject]
    public required McpExchange Exchange { get; init; }

    protected override string Thing => "file";

    private int Addable => _preview?.Servers.Count(row => row.Problem is null) ?? 0;

    protected override async Task<Outcome<McpImport>> SaveAsync()
    {
        if (_preview is null)
        {
            _preview = Take(await Exchange.PreviewAsync(Form, Closed));
            return NotYet;
        }

        return await Exchange.ImportAsync(Form, CancellationToken.None);
    }

    protected override object Answer(McpImport saved) =>
        $"{saved.Added} of {saved.Servers.Count} {(saved.Servers.Count == 1 ? "server was" : "servers were")} added.";
}
