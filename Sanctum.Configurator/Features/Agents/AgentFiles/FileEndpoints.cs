using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

internal static class FileEndpoints
{
    public static void Map(LazyGroup agents)
    {
        agents
            .MapPost("/import", ImportAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Imports an agent file (.af or .agent.json), sent as the body or as file in a form whose secrets are a JSON object of the values that the file leaves empty: creates its agents on the Letta server and in the registry; with dryRun only returns what would be done and what would be lost"
            )
            .WithMetadata(new DisableRequestSizeLimitAttribute());
        agents
            .MapGet(
                "/{id:int}/export",
                async (int id, AgentExport export, CancellationToken cancel) =>
                    Answers.Of(await export.ExportAsync(id, cancel), file => new SentFile(file, "application/json"))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("The agent's file: Letta's own (.af), or of an App Server the console's (.agent.json)")
            .Produces(StatusCodes.Status200OK, contentType: "application/json");
        agents
            .MapGet(
                "/export",
                async (AgentExport export, CancellationToken cancel, string? ids = null) =>
                    Answers.Of(await export.ExportAsync(Numbers(ids), cancel), file => new SentFile(file, "application/zip"))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("A ZIP file of agent files, with a manifest that lists failures; ids are separated by commas")
            .Produces(StatusCodes.Status200OK, contentType: "application/zip");
    }

    private static async Task<Results<Answer<Shown<ImportedAgents>>, Answer<Shown<ImportPreview>>>> ImportAsync(
        HttpRequest request,
        AgentImport import,
        CancellationToken cancel,
        bool dryRun = false,
        [FromQuery(Name = "override_existing_tools")] bool? overrideExistingTools = null,
        [FromQuery(Name = "strip_messages")] bool stripMessages = false,
        string? name = null,
        string? model = null,
        string? embedding = null
    )
    {
        var (body, given, unread) = request.HasFormContentType ? await FormAsync(request, cancel) : (request.Body, null, null);
        if (unread is not null)
        {
            return Refused("file", unread);
        }

        if (SecretsIn(given) is not { } secrets)
        {
            return Refused("secrets", """The secrets must be a JSON object of texts, such as {"API_KEY": "…"}.""");
        }

        if (await AgentImport.HoldAsync(body, cancel) is not { } file)
        {
            return Refused("file", AgentFileReader.TooLong);
        }

        var form = new ImportForm
        {
            OverrideExistingTools = overrideExistingTools,
            StripMessages = stripMessages,
            Name = name,
            Model = model ?? "",
            Embedding = embedding ?? "",
            Secrets = secrets,
        };
        return dryRun ? Answers.Of(await import.PreviewAsync(file, cancel)) : Answers.Of(await import.ImportAsync(file, form, cancel));
    }

    /// <summary>The file in a form, and the text of its field secrets; or why it can't be read.</summary>
    private static async Task<(Stream Body, string? Secrets, string? Problem)> FormAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            var form = await request.ReadFormAsync(cancel);
            return form.Files["file"] is { } file
                ? (file.OpenReadStream(), form["secrets"], null)
                : (Stream.Null, null, "The form has no file called file.");
        }
        catch (InvalidDataException)
        {
            return (Stream.Null, null, "The form can't be read: it is damaged or too large.");
        }
    }

    /// <summary>Null for what is no JSON object of texts.</summary>
    private static Dictionary<string, string?>? SecretsIn(string? json)
    {
        try
        {
            return string.IsNullOrEmpty(json) ? [] : JsonSerializer.Deserialize<Dictionary<string, string?>>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Answer<Shown<ImportedAgents>> Refused(string field, string why) => Answers.Refused(field, why);

    private static IReadOnlyList<int> Numbers(string? ids) =>
        [
            .. (ids ?? "")
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.TryParse(id, CultureInfo.InvariantCulture, out var number) ? number : -1)
                .Distinct(),
        ];

    /// <summary>200 with a file. Its route says of what type it is.</summary>
    private sealed class SentFile(ExportedFile file, string type) : IResult, IEndpointMetadataProvider
    {
        public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) { }

        public Task ExecuteAsync(HttpContext httpContext) => TypedResults.Stream(file.Content, type, file.Name).ExecuteAsync(httpContext);
    }
}
