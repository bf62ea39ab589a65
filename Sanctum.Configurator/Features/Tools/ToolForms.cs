using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>A cURL command that is to become a tool.</summary>
public sealed class CurlToolForm
{
    [Required(ErrorMessage = "Paste a cURL command.")]
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
public sealed record CurlRequestAnswer(string Method, string Url, IReadOnlyList<IReadOnlyList<string>> Headers, string? Body, string? BodyBase64);

/// <summary>What a command would become, as a person is shown it: without secrets.</summary>
public sealed record CurlPreview(HttpCall Call, IReadOnlyList<string> Missing, IReadOnlyList<string> Unsupported);

/// <summary>A tool as it is listed.</summary>
/// <param name="InstanceId">The instance that can be run; null where there is none of a kind that this console runs.</param>
/// <param name="Target">Method and host of its call; null for none.</param>
public sealed record ToolRow(
    int Id, string Name, string? Emoji, string? Description, string Category, string ToolType, RunState Status, bool IsEnabled, int? InstanceId, string? Target,
    DateTimeOffset? LastRun, DateTimeOffset UpdatedAt, int Version);

/// <summary>How a run ended.</summary>
/// <param name="Ok">The server answered with a status of success.</param>
/// <param name="Status">The status of HTTP; null where no answer came.</param>
/// <param name="Message">What happened, in a sentence.</param>
/// <param name="Milliseconds">From the call to the end of the answer.</param>
/// <param name="Body">The answer, without the tool's own secrets; null for none, or where it is no text.</param>
/// <param name="IsCut">The answer was longer.</param>
public sealed record ToolRun(bool Ok, int? Status, string Message, double Milliseconds, string? ContentType, string? Body, bool IsCut);
