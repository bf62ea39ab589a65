namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>Why a program is not there.</summary>
internal enum McpProcessFault
{
    /// <summary>The operator's list does not name it.</summary>
    NotAllowed,
    NotFound,

    /// <summary>It is there and can't be executed.</summary>
    NotStarted,

    /// <summary>As many run as may.</summary>
    TooMany,
}

/// <param name="Message">What happened and what to do, in sentences.</param>
internal sealed record McpProcessFailure(McpProcessFault Fault, string Message);

internal sealed class McpProcessException(McpProcessFailure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public McpProcessFailure Failure => failure;
}
