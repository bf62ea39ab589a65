using System.Text.Json;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>Says in words why a call to the Letta server failed.</summary>
public static class LettaFailures
{
    /// <summary>The end of a sentence; null for what is not the server's fault.</summary>
    /// <param name="cancel">The caller's own token: what it stopped is no failure.</param>
    public static string? WhyOf(Exception e, CancellationToken cancel) => e switch
    {
        OperationCanceledException when !cancel.IsCancellationRequested => "the server did not answer in time.",
        LettaCallException => e.Message,
        HttpRequestException { StatusCode: null, InnerException: null } => e.Message,
        HttpRequestException => "the server could not be reached.",
        OutboundRefusedException or SecretUnreadableException => e.Message,
        ResponseTooLargeException => "the server's answer is too large.",
        JsonException or InvalidOperationException or KeyNotFoundException => "the server's answer is not Letta's.",
        IOException when e is not FileNotFoundException and not DirectoryNotFoundException => "the connection broke.",
        _ => null,
    };
}
