using System.Buffers.Text;
using System.Diagnostics;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Features.Tools.Schemas;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>What a tool is called with.</summary>
internal sealed record McpCallForm([property: TextLimit(Lengths.Document)] JsonObject? Arguments = null);

/// <summary>What a tool answered.</summary>
/// <param name="Ok">False where it reported an error of its own.</param>
/// <param name="OutputProblems">Where what it answered is not as its own schema says; empty where it is, or has none.</param>
public sealed record McpCallAnswer(
    bool Ok,
    double Milliseconds,
    IReadOnlyList<McpContent> Content,
    JsonNode? Structured,
    IReadOnlyList<string> OutputProblems
);

/// <summary>One piece of an answer.</summary>
/// <param name="Type">text, image, audio, resource, resource_link.</param>
/// <param name="Data">Of an image or a sound, in Base64.</param>
public sealed record McpContent(string Type, string? Text, string? MimeType, string? Data, string? Uri, string? Name);

/// <summary>Calls approved tools of a server for people and programs, and makes tools of the registry of them.</summary>
public sealed class McpToolCalls(
    IDbContextFactory<RegistryDbContext> registries,
    McpGateway gateway,
    ToolService tools,
    InstanceService instances,
    CurrentUser caller
)
{
    /// <param name="elicit">Asks a person what the server wants to know meanwhile; null where nobody is there.</param>
    public async Task<Outcome<McpCallAnswer>> CallAsync(
        int serverId,
        string tool,
        JsonObject arguments,
        CancellationToken cancel,
        IProgress<ProgressNotificationValue>? progress = null,
        Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>>? elicit = null
    )
    {
        if (await FindAsync(serverId, tool, cancel) is not var (server, pin))
        {
            return new Outcome<McpCallAnswer>.NotFound();
        }

        var watch = Stopwatch.StartNew();
        return await gateway.CallAsync(server, tool, arguments, caller.Id, cancel, progress, elicit) switch
        {
            Outcome<CallToolResult>.Ok done => new Outcome<McpCallAnswer>.Ok(AnswerOf(done.Value, pin, watch.Elapsed)),
            Outcome<CallToolResult>.Invalid refused => new Outcome<McpCallAnswer>.Invalid(refused.Reasons),
            _ => new Outcome<McpCallAnswer>.NotFound(),
        };
    }

    /// <summary>Makes a tool of the registry with one instance that calls an approved tool. What it is called with can be changed there.</summary>
    public async Task<Outcome<ToolRow>> ImportAsync(int serverId, string tool, JsonObject arguments, CancellationToken cancel)
    {
        if (await FindAsync(serverId, tool, cancel) is not var (server, pin))
        {
            return new Outcome<ToolRow>.NotFound();
        }

        if (pin?.State != McpToolState.Approved || ToolDefinition.ReadTool(pin.Approved) is not { } definition)
        {
            return new Outcome<ToolRow>.Invalid("", $"The tool {tool} is not approved. Approve it first.");
        }

        if (server.UserId is not null)
        {
            return new Outcome<ToolRow>.Invalid("", "Tools of the registry are everybody's, and can call servers of everybody only.");
        }

        var made = await tools.SaveAsync(FormOf(server, definition), cancel);
        if (made is not Outcome<ToolRow>.Ok { Value: var row })
        {
            return made;
        }

        var config = new JsonObject
        {
            ["kind"] = "mcp",
            ["mcp_server"] = server.Name,
            ["tool"] = tool,
            ["arguments"] = arguments.DeepClone(),
        };
        var instance = await instances.SaveAsync(
            new()
            {
                ToolId = row.Id,
                Name = row.Name,
                Config = config,
            },
            cancel
        );
        if (instance is Outcome<InstanceRow>.Invalid refused)
        {
            await tools.DeleteAsync(row.Id, null, cancel);
            return new Outcome<ToolRow>.Invalid(refused.Reasons);
        }

        await LinkAsync(pin.Id, row.Id, cancel);
        return made;
    }

    private static ToolForm FormOf(McpServer server, Tool definition) =>
        new()
        {
            Name = definition.Name.Length > 255 ? definition.Name[..255] : definition.Name,
            Description = $"{definition.Description ?? definition.Title} (MCP server {server.Name})".Trim(),
            ToolType = "service",
        };

    private async Task LinkAsync(int pinId, int toolId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.McpTools.SingleOrDefaultAsync(t => t.Id == pinId, cancel) is { } pin)
        {
            pin.ToolId = toolId;
            await registry.SaveChangesAsync(cancel);
        }
    }

    private async Task<(McpServer Server, McpTool? Pin)?> FindAsync(int serverId, string tool, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
            await McpServerReader.SeenBy(registry, caller.Id).AsNoTracking().SingleOrDefaultAsync(s => s.Id == serverId, cancel)
                is { } server
            ? (
                server,
                await registry
                    .McpTools.AsNoTracking()
                    .SingleOrDefaultAsync(t => t.ServerId == serverId && t.Kind == McpToolKind.Tool && t.Name == tool, cancel)
            )
            : null;
    }

    private static McpCallAnswer AnswerOf(CallToolResult result, McpTool? pin, TimeSpan took)
    {
        var structured = result.StructuredContent is { } value ? JsonNode.Parse(value.GetRawText()) : null;
        return new(
            result.IsError != true,
            took.TotalMilliseconds,
            [.. result.Content.Select(ContentOf)],
            structured,
            result.IsError == true ? [] : ProblemsIn(structured, ToolDefinition.ReadTool(pin?.Approved)?.OutputSchema)
        );
    }

    private static IReadOnlyList<string> ProblemsIn(JsonNode? structured, JsonElement? schema)
    {
        const int MostNamed = 10;
        if (schema is not { } text)
        {
            return [];
        }

        if (structured is null)
        {
            return ["The tool has an output schema, and answered nothing that it describes."];
        }

        var (read, problems) = ConfigSchema.Read(text.GetRawText());
        return read is null
            ? [$"The output schema can't be read: {problems[0].Message}"]
            : [.. read.Check(structured).Take(MostNamed).Select(problem => Answers.Sentence(problem.Path, problem.Message))];
    }

    /// <summary>Null where it is no Base64, which nobody could show.</summary>
    private static string? DataOf(ReadOnlyMemory<byte> data) => Base64.IsValid(data.Span) ? Encoding.UTF8.GetString(data.Span) : null;

    private static McpContent ContentOf(ContentBlock block) =>
        block switch
        {
            TextContentBlock text => new("text", text.Text, null, null, null, null),
            ImageContentBlock image => new("image", null, image.MimeType, DataOf(image.Data), null, null),
            AudioContentBlock audio => new("audio", null, audio.MimeType, DataOf(audio.Data), null, null),
            ResourceLinkBlock link => new("resource_link", link.Description, link.MimeType, null, link.Uri, link.Name),
            EmbeddedResourceBlock { Resource: TextResourceContents text } => new(
                "resource",
                text.Text,
                text.MimeType,
                null,
                text.Uri,
                null
            ),
            EmbeddedResourceBlock { Resource: var other } => new("resource", null, other.MimeType, null, other.Uri, null),
            _ => new(block.Type, null, null, null, null, null),
        };
}
