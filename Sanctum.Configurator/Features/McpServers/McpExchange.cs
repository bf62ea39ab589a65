using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>An mcp.json that is to be imported.</summary>
public sealed class McpImportForm
{
    [Required(ErrorMessage = "Paste the content of an mcp.json.")]
    [TextLimit(Lengths.Document)]
    public string Text { get; set; } = "";

    /// <summary>Values that the file has placeholders for: "server/NAME" → the value. What is left out is left empty.</summary>
    [TextLimit(8192)]
    public Dictionary<string, string?> Secrets { get; set; } = [];
}

/// <summary>A server that a file describes, before it is imported.</summary>
/// <param name="Problem">Why it is left out; null where it is not.</param>
/// <param name="Notes">What is left out of it, and that it is not used at first.</param>
/// <param name="Missing">What the file has placeholders for, as <see cref="McpImportForm.Secrets"/> names them.</param>
public sealed record McpImportRow(
    string Name,
    string Transport,
    string Place,
    string? Problem,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Notes
);

/// <summary>What a file would bring, or has brought.</summary>
public sealed record McpImport(IReadOnlyList<McpImportRow> Servers, int Added);

/// <summary>Brings servers from the files of other programs, and writes such files without a secret in them.</summary>
public sealed class McpExchange(
    IDbContextFactory<RegistryDbContext> registries,
    McpServerReader reader,
    McpServerService service,
    CurrentUser caller
)
{
    /// <summary>What a file would bring.</summary>
    public async Task<Outcome<McpImport>> PreviewAsync(McpImportForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<McpImport>.Invalid("", McpServerService.MayNot);
        }

        var (servers, problem) = McpFile.Read(form.Text);
        return problem is not null
            ? new Outcome<McpImport>.Invalid(nameof(form.Text), problem)
            : new Outcome<McpImport>.Ok(new(await RowsAsync(servers, cancel), 0));
    }

    /// <summary>Adds the servers of a file whose names are free. One that can't be added keeps none of the others back.</summary>
    public async Task<Outcome<McpImport>> ImportAsync(McpImportForm form, CancellationToken cancel)
    {
        var previewed = await PreviewAsync(form, cancel);
        if (previewed is not Outcome<McpImport>.Ok { Value.Servers: var rows })
        {
            return previewed;
        }

        var added = 0;
        var done = new List<McpImportRow>();
        foreach (var (row, server) in rows.Zip(McpFile.Read(form.Text).Servers))
        {
            if (row.Problem is not null)
            {
                done.Add(row);
                continue;
            }

            if (server.Asked.FirstOrDefault(name => string.IsNullOrEmpty(Typed(server, name, form.Secrets))) is { } asked)
            {
                var where = server.IsProgram ? "arguments" : "address";
                done.Add(row with { Problem = $"Nothing was entered for {asked}, which stands in its {where}." });
                continue;
            }

            var saved = await service.SaveAsync(FormOf(server, form.Secrets), cancel);
            added += saved is Outcome<McpServerRow>.Ok ? 1 : 0;
            done.Add(row with { Problem = saved.ProblemWith(row.Name) });
        }

        return new Outcome<McpImport>.Ok(new(done, added));
    }

    /// <summary>All servers of everybody for another program, with placeholders for secrets.</summary>
    /// <param name="format">"vscode", or "claude" for Claude Desktop and Cursor.</param>
    public async Task<JsonObject> ExportAsync(string format, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var servers = await registry
            .McpServers.AsNoTracking()
            .Where(s => s.UserId == null)
            .OrderBy(s => s.Name)
            .ThenBy(s => s.Id)
            .ToListAsync(cancel);
        return McpFile.Write(await reader.RowsAsync(registry, servers, cancel), format);
    }

    private static McpServerForm FormOf(McpFileServer server, IReadOnlyDictionary<string, string?> secrets)
    {
        var values = server
            .Values.Select(pair => (pair.Key, Value: pair.Value ?? Typed(server, pair.Key, secrets)))
            .Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        var asked = server.Asked.ToDictionary(name => name, name => Typed(server, name, secrets));
        var key = server.IsProgram ? null : KeyIn(values);
        return new()
        {
            Name = server.Name,
            Transport = server.Transport,
            Url = server.Url,
            Command = server.Command,
            Arguments = server.Arguments,
            ApiKey = key,
            Headers = server.IsProgram ? null : values,
            Environment = server.IsProgram ? asked.Concat(values).DistinctBy(pair => pair.Key).ToDictionary() : asked,
            IsEnabled = !server.IsDisabled,
        };
    }

    private static string? Typed(McpFileServer server, string name, IReadOnlyDictionary<string, string?> secrets) =>
        secrets.GetValueOrDefault($"{server.Name}/{name}") is { Length: > 0 } typed
            ? McpFile.Fill(server.Placeholders.GetValueOrDefault(name) ?? "", typed)
            : null;

    private static IReadOnlyList<string> NotesOf(McpFileServer server) =>
        [
            .. server.IsDisabled ? new[] { "It is added disabled, as it is in the file." } : [],
            .. server.LeftOut.Count > 0 ? new[] { $"Left out, because it means nothing here: {string.Join(", ", server.LeftOut)}." } : [],
        ];

    /// <summary>A bearer token is the server's key.</summary>
    private static string? KeyIn(Dictionary<string, string?> headers)
    {
        var name = headers.Keys.FirstOrDefault(name => name.Equals("Authorization", StringComparison.OrdinalIgnoreCase));
        if (name is null || headers[name]!.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) is false)
        {
            return null;
        }

        headers.Remove(name, out var value);
        return value![7..].Trim();
    }

    private async Task<IReadOnlyList<McpImportRow>> RowsAsync(IReadOnlyList<McpFileServer> servers, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var names = (await registry.McpServers.Where(s => s.UserId == null).Select(s => s.Name).ToListAsync(cancel)).ToHashSet(
            StringComparer.OrdinalIgnoreCase
        );
        return
        [
            .. servers.Select(server => new McpImportRow(
                server.Name,
                server.Transport.Text(),
                server.Command is { } command
                    ? string.Join(' ', McpKeys.Replace(server.Arguments, McpKeys.Hidden).Prepend(command))
                    : McpKeys.ReplaceInAddress(server.Url ?? "", McpKeys.Hidden),
                server.Problem
                    ?? (
                        names.Contains(server.Name)
                            ? $"An MCP server named {server.Name} already exists. It is left as it is."
                            : FormRules.Check(FormOf(server, new Dictionary<string, string?>())).Values.FirstOrDefault()
                    ),
                [
                    .. server
                        .Values.Where(pair => pair.Value is null)
                        .Select(pair => pair.Key)
                        .Concat(server.Asked)
                        .Distinct(StringComparer.Ordinal)
                        .Select(name => $"{server.Name}/{name}"),
                ],
                NotesOf(server)
            )),
        ];
    }
}
