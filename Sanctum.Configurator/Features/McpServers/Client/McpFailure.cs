namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>Why a server could not be used.</summary>
/// <param name="Message">What happened, and to what, in a sentence.</param>
/// <param name="Hint">What to do next.</param>
public sealed record McpFailure(McpVerdict Verdict, string Message, string Hint)
{
    public int? HttpStatus { get; init; }

    /// <summary>Where a redirection leads.</summary>
    public Uri? Location { get; init; }

    /// <summary>What the server said of signing in (<c>WWW-Authenticate</c>).</summary>
    public string? Challenge { get; init; }

    /// <summary>The server has forgotten the session, and has done nothing: what was asked may be asked again in another one.</summary>
    public bool IsSessionGone { get; init; }

    public string Sentence => $"{Message} {Hint}".Trim();
}

/// <summary>A server could not be used. Whatever a transport or the protocol's library throws becomes one of these.</summary>
internal sealed class McpFailedException(McpFailure failure, Exception? inner = null) : Exception(failure.Sentence, inner)
{
    public McpFailure Failure => failure;
}
