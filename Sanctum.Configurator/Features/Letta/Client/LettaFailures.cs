using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>Says in words why a call to the Letta server failed.</summary>
public static class LettaFailures
{
    private const string Advice = "Test the connection on the page Letta server.";
    private const string NotLetta = $"the answer did not come from a Letta server. {Advice}";

    /// <summary>The end of a sentence; null for what is not the server's fault.</summary>
    /// <param name="cancel">The caller's own token: what it stopped is no failure.</param>
    public static string? WhyOf(Exception e, CancellationToken cancel) =>
        e switch
        {
            LettaCallException or SecretUnreadableException => e.Message,
            JsonException or InvalidOperationException or KeyNotFoundException or FormatException => NotLetta,
            _ => OutboundFailures.WhyOf(e, cancel),
        };

    /// <summary>The same with what to do next, where it does not say that already.</summary>
    public static string Advised(string why) => why.TrimEnd('.').Contains(". ", StringComparison.Ordinal) ? why : $"{why} {Advice}";

    /// <summary>What is said of an answer that should be JSON.</summary>
    internal static Exception Of(JsonFault fault, string statusLine, string? title = null) =>
        fault switch
        {
            JsonFault.Cut => OutboundFailures.InAnswer(new EndOfStreamException()),
            JsonFault.Empty => new LettaCallException(
                $"the server answered {statusLine} without the JSON that Letta sends. Test the connection on the page Letta server."
            ),
            JsonFault.WebPage => new LettaCallException(
                $"a web page answered instead of Letta: {statusLine}{(title is null ? "" : $" (“{title}”)")}. Test the connection on the page Letta server."
            ),
            JsonFault.Compressed => new LettaCallException(
                "the server's answer is compressed (gzip) without a Content-Encoding header. Correct this on the server or its proxy."
            ),
            _ => new LettaCallException(NotLetta),
        };
}
