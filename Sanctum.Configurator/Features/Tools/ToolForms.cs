using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>A cURL command that is to become a tool.</summary>
public sealed class CurlToolForm
{
    [Required(ErrorMessage = "Paste a cURL command.")]
    [TextLimit(Lengths.Long)]
    public string Command { get; set; } = "";

    /// <summary>Null for a name made of the method and the host.</summary>
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string? Name { get; set; }

    [StringLength(32, ErrorMessage = "An emoji has at most 32 characters.")]
    public string? Emoji { get; set; }

    /// <summary>The agent that the tool is for; null for a master tool of the whole Sanctum.</summary>
    public int? AgentId { get; set; }
}

/// <summary>The request that a command makes, and what of the command is not in it.</summary>
/// <param name="Request">As curl would send it.</param>
/// <param name="Unsupported">A sentence for each thing that was left out.</param>
public sealed record CurlAnswer(CurlRequestAnswer Request, IReadOnlyList<string> Unsupported);

/// <summary>A request.</summary>
/// <param name="Headers">Name and value of each, in the order in which they are sent.</param>
/// <param name="Body">Null where there is none, or it is no text.</param>
/// <param name="BodyBase64">Of a body that is no text.</param>
public sealed record CurlRequestAnswer(
    string Method,
    string Url,
    IReadOnlyList<IReadOnlyList<string>> Headers,
    string? Body,
    string? BodyBase64
);

/// <summary>What a command would become, as a person is shown it: without secrets.</summary>
public sealed record CurlPreview(HttpCall Call, IReadOnlyList<string> Missing, IReadOnlyList<string> Unsupported);

/// <summary>A tool as it is listed.</summary>
/// <param name="InstanceId">The instance that can be run; null where there is none of a kind that this console runs.</param>
/// <param name="Target">What it calls; null for nothing.</param>
public sealed record ToolRow(
    int Id,
    string Name,
    string? Emoji,
    string? Description,
    string Category,
    string ToolType,
    RunState Status,
    bool IsEnabled,
    int? InstanceId,
    string? Target,
    DateTimeOffset? LastRun,
    DateTimeOffset UpdatedAt,
    int Version
) : IHasVersion;

/// <summary>How a run ended, as the API says it.</summary>
/// <param name="Ok">It did what it was asked for.</param>
/// <param name="Status">The status of HTTP, or the exit code of a program; null where there is none.</param>
/// <param name="Message">What happened, in a sentence.</param>
/// <param name="Milliseconds">From the call to the end of the answer.</param>
/// <param name="Body">The answer, without the tool's own secrets; null for none, or where it is no text.</param>
/// <param name="IsCut">The answer was longer.</param>
internal sealed record ToolRun(bool Ok, int? Status, string Message, double Milliseconds, string? ContentType, string? Body, bool IsCut)
{
    internal static ToolRun Of(RunResult run) =>
        new(run.IsOk, run.Status, run.Message, run.Duration.TotalMilliseconds, run.ContentType, run.Output, run.IsCut);
}

/// <summary>A tool as it is written.</summary>
public sealed class ToolForm
{
    /// <summary>0 for a new one.</summary>
    [JsonIgnore]
    public int Id { get; set; }

    /// <summary>The version that was read.</summary>
    [JsonIgnore]
    public int? Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    [StringLength(32, ErrorMessage = "An emoji has at most 32 characters.")]
    public string? Emoji { get; set; }

    [TextLimit(Lengths.Description)]
    public string? Description { get; set; }

    /// <summary>"master", "smcp", or an agent's name in small letters.</summary>
    [Required(ErrorMessage = "Enter a category: master, smcp or an agent's name.")]
    [StringLength(64, ErrorMessage = "A category has at most 64 characters.")]
    public string Category { get; set; } = ToolReader.Master;

    [AllowedValues("config", "plugin", "service", "utility", ErrorMessage = "The type must be config, plugin, service or utility.")]
    [TextLimit(Lengths.Name)]
    public string ToolType { get; set; } = "utility";

    /// <summary>The tool's own version, as its maker states it.</summary>
    [StringLength(64, ErrorMessage = "A version has at most 64 characters.")]
    public string? ToolVersion { get; set; }

    /// <summary>JSON Schema of its instances' configurations.</summary>
    [TextLimit(Lengths.Document)]
    public JsonNode? ConfigSchema { get; set; }

    internal static ToolForm Of(ToolView view) =>
        new()
        {
            Id = view.Tool.Id,
            Version = view.Tool.Version,
            Name = view.Tool.Name,
            Emoji = view.Tool.Emoji,
            Description = view.Tool.Description,
            Category = view.Tool.Category,
            ToolType = view.Tool.ToolType,
            ToolVersion = view.ToolVersion,
            ConfigSchema = view.ConfigSchema,
        };
}

/// <summary>An instance as it is written.</summary>
public sealed class InstanceForm
{
    /// <summary>0 for a new one.</summary>
    [JsonIgnore]
    public int Id { get; set; }

    /// <summary>The version that was read.</summary>
    [JsonIgnore]
    public int? Version { get; set; }

    public int ToolId { get; set; }

    /// <summary>Null for a master tool's.</summary>
    public int? AgentId { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    /// <summary>Secrets are typed in their places; left out, they stay as they are stored.</summary>
    [TextLimit(Lengths.Document)]
    public JsonObject? Config { get; set; }

    /// <summary>
    /// Values of the secrets that the configuration has placeholders for, by their names; what is left out stays as it is stored.
    /// </summary>
    [TextLimit(Lengths.Long)]
    public Dictionary<string, string?>? Secrets { get; set; }

    public bool IsActive { get; set; } = true;

    internal static InstanceForm Of(InstanceRow row) =>
        new()
        {
            Id = row.Id,
            Version = row.Version,
            ToolId = row.ToolId,
            AgentId = row.AgentId,
            Name = row.Name,
            Config = (JsonObject?)row.Config?.DeepClone(),
            IsActive = row.IsActive,
        };
}

/// <summary>What is said anew for one run.</summary>
internal sealed record RunForm([property: TextLimit(Lengths.Document)] JsonObject? Overrides = null);

/// <summary>Which tools are wanted; null for all.</summary>
/// <param name="AgentId">Those of an agent: with an instance of his, or in the category of his name.</param>
public sealed record ToolFilter(string? Category = null, int? AgentId = null, string? Type = null, bool? IsEnabled = null);

/// <summary>An agent that has tools of its own.</summary>
public sealed record ToolTab(int AgentId, string Name)
{
    public const int Most = 50;
}

/// <summary>A tool with its schema.</summary>
public sealed record ToolView(ToolRow Tool, string? ToolVersion, JsonNode? ConfigSchema) : IHasVersion
{
    int IHasVersion.Version => Tool.Version;
}

/// <summary>What a tool was.</summary>
public sealed record ToolVersionRow(string Label, string? Description, JsonNode? ConfigSchema, DateTimeOffset KeptAt);

/// <summary>An instance as it is listed.</summary>
/// <param name="Config">With placeholders for its secrets; null where it is none, or no JSON object.</param>
/// <param name="Target">What it calls when it is run; null where it can't be.</param>
public sealed record InstanceRow(
    int Id,
    int ToolId,
    int? AgentId,
    string? Agent,
    string Name,
    RunState Status,
    bool IsActive,
    JsonObject? Config,
    string? Target,
    DateTimeOffset? LastRun,
    LastResult? LastResult,
    DateTimeOffset? NextRun,
    int Version
) : IHasVersion;

/// <summary>How an instance's last run ended, as its row keeps it.</summary>
public sealed record LastResult(bool Ok, int? Status, string Message, double Milliseconds)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal static LastResult Of(RunResult run) => new(run.IsOk, run.Status, run.Message, run.Duration.TotalMilliseconds);

    internal string Write() => JsonSerializer.Serialize(this, Json);

    internal static LastResult? Find(string? json)
    {
        try
        {
            return string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize<LastResult>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
