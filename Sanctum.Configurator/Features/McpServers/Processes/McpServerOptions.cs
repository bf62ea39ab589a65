using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>Options of section "McpServers". They are the operator's: nothing that is set in the console changes them.</summary>
public sealed class McpServerOptions
{
    public const string Section = "McpServers";

    /// <summary>
    /// Commands that may be started as MCP servers over stdio: a program, alone or with the arguments that must come first, such as
    /// <c>npx -y @modelcontextprotocol/server-everything</c>. What follows them is free. Empty: none may.
    /// </summary>
    [Required(ErrorMessage = "McpServers:Commands must be a list of commands; it may be empty.")]
    public IReadOnlyList<string> Commands { get; set; } = [];

    /// <summary>So many MCP servers run as programs of this console at once, and no more.</summary>
    [Range(1, 1000, ErrorMessage = "McpServers:MostProcesses must be from 1 to 1000.")]
    public int MostProcesses { get; set; } = 32;

    /// <summary>So many servers are tested at the same time.</summary>
    [Range(1, 256, ErrorMessage = "McpServers:MostAtOnce must be from 1 to 256.")]
    public int MostAtOnce { get; set; } = 32;

    /// <summary>How often each enabled server is tested.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00", ErrorMessage = "McpServers:Every must be from 5 seconds to a day.")]
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one test may take, whichever step it is spent in.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00", ErrorMessage = "McpServers:Patience must be from 1 second to 2 minutes.")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(9);
}

[OptionsValidator]
internal sealed partial class McpServerOptionsValidator : IValidateOptions<McpServerOptions>;
