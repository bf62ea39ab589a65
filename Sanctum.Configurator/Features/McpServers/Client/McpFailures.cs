using System.Net;
using ModelContextProtocol;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>The one place that turns failures of calls to MCP servers into a verdict, a sentence and a hint.</summary>
internal static class McpFailures
{
    private const string KeyField = "API key";

    public static McpFailure Explain(Exception e, McpTarget target, McpTransport transport, McpNegotiation negotiation) =>
        e switch
        {
            McpProcessException process => OfStart(process.Failure),
            McpProtocolException protocol => OfProtocol(protocol, target),
            _ when target.OAuth is { Ask: not null } && negotiation.Http is { Status: HttpStatusCode.Unauthorized } => new(
                McpVerdict.SignInNeeded,
                $"Nobody could be signed in to {target.Place}: {FailureText.Short(e)}.",
                "Try again; if this persists, check the server's sign-in."
            ),
            _ when negotiation.Http is { IsSuccess: false } http => OfStatus(http, target, transport),
            _ when OutboundFailures.Find(e) is { } failed => OfOutbound(failed, target),
            TimeoutException or OperationCanceledException => TimedOut(target),
            McpException { Message: var message } when message.Contains("version", StringComparison.OrdinalIgnoreCase) => new(
                McpVerdict.VersionUnsupported,
                $"{target.Place} speaks a version of the protocol that this console does not: {FailureText.Short(e)}.",
                "Update the server."
            ),
            _ => NotMcp(target, negotiation.Http),
        };

    /// <summary>What a call of a running session ended with.</summary>
    public static McpFailure OfCall(Exception e, McpTarget target) =>
        e switch
        {
            McpFailedException failed => failed.Failure,
            McpProcessException process => OfStart(process.Failure),
            _ when OutboundFailures.Find(e) is { } failed && e is not HttpRequestException { StatusCode: not null } => OfOutbound(
                failed,
                target
            ),
            HttpRequestException { StatusCode: { } status } => OfStatus(
                new(status, null, null, null, null),
                target,
                McpTransport.StreamableHttp
            ),
            McpProtocolException protocol => OfProtocol(protocol, target),
            TimeoutException or OperationCanceledException => TimedOut(target),
            JsonException or NotSupportedException => new(
                McpVerdict.ProtocolError,
                $"{target.Place} answered in a form that MCP does not have{(e is JsonException { Path: { Length: > 0 } at } ? $", at {at}" : "")}. What was asked may have been done.",
                "Check whether the server or the console is to be updated."
            ),
            _ => new(
                McpVerdict.Cut,
                $"The session with {target.Place} ended: {FailureText.Short(e)}.",
                "Try again; if this persists, check the server's log."
            ),
        };

    /// <summary>
    /// The server knows the session no more, which it says by 404; many say it in an error of the protocol, whose numbers differ.
    /// </summary>
    public static bool IsSessionGone(Exception e) =>
        e is HttpRequestException { StatusCode: HttpStatusCode.NotFound }
        || (
            e is McpProtocolException { ErrorCode: var code }
            && (int)code is -32600 or -32000 or -32001
            && e.Message.Contains("session", StringComparison.OrdinalIgnoreCase)
        );

    public static McpFailure ScopeNeeded(McpTarget target, string scopes) =>
        new(
            McpVerdict.ScopeNeeded,
            $"{target.Place} needs more rights than the sign-in has{(scopes.Length > 0 ? $": {scopes}" : "")}.",
            "Sign in again on the server's page, and agree to the rights that it asks for."
        );

    public static McpFailure TimedOut(McpTarget target) =>
        new(
            McpVerdict.Timeout,
            $"{target.Place} did not answer in time.",
            target.Command is null
                ? "Check that the server is not overloaded, and that the address and the port are the server's."
                : "Check that the program speaks MCP over its standard input and output; some need an argument for that, such as stdio."
        );

    public static McpFailure OfProgram(Exception e, StdioCommand command, McpProcess process)
    {
        var said = process.Errors is { Length: > 0 } errors ? $" It said: {Tail(errors)}" : "";
        var noise = process.OtherOutput is { } other ? $" It wrote to its output what is no message: “{other}”." : "";
        return process.OwnExitCode is { } code
                ? new(
                    McpVerdict.Crashed,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{command.Program} ended with exit code {code} before it answered.{said}{noise}"
                    ),
                    "Run the same command in a terminal on the console's machine. The program gets none of the console's environment: enter the variables that it needs."
                )
            : e is McpProtocolException protocol ? OfProtocol(protocol, new() { Command = command })
            : TimedOut(new() { Command = command }) is var slow && noise.Length + said.Length > 0
                ? slow with
                {
                    Message = slow.Message + said + noise,
                }
            : slow;
    }

    private static McpFailure OfStart(McpProcessFailure failure) =>
        new(
            failure.Fault switch
            {
                McpProcessFault.NotAllowed => McpVerdict.CommandNotAllowed,
                McpProcessFault.TooMany => McpVerdict.TooManyProcesses,
                _ => McpVerdict.CommandNotFound,
            },
            failure.Message,
            ""
        );

    private static McpFailure OfOutbound(OutboundFailedException failed, McpTarget target) =>
        new(
            failed.Failure switch
            {
                OutboundFailure.Blocked => McpVerdict.Blocked,
                OutboundFailure.Unsendable => McpVerdict.Unsendable,
                OutboundFailure.NameNotFound => McpVerdict.NameNotFound,
                OutboundFailure.ConnectionRefused => McpVerdict.Refused,
                OutboundFailure.TimedOut => McpVerdict.Timeout,
                OutboundFailure.Untrusted => McpVerdict.TlsUntrusted,
                OutboundFailure.TlsFailed => McpVerdict.TlsFailed,
                OutboundFailure.Cut => McpVerdict.Cut,
                OutboundFailure.NotHttp or OutboundFailure.Garbled or OutboundFailure.TooLarge => McpVerdict.NotMcp,
                _ => McpVerdict.Unreachable,
            },
            $"{target.Place} could not be called: {failed.Message}",
            failed.Failure == OutboundFailure.ConnectionRefused && IsOwnMachine(target.Url) && IsContainer
                ? "The console runs in a container, where this address is the container itself: use the name of the other container, or host.docker.internal."
                : ""
        );

    private static McpFailure OfProtocol(McpProtocolException e, McpTarget target) =>
        (int)e.ErrorCode is -32022
            ? new(
                McpVerdict.VersionUnsupported,
                $"{target.Place} does not support the console's version of the protocol: {FailureText.Short(e)}.",
                "Update the server."
            )
            : new(
                McpVerdict.ProtocolError,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{target.Place} speaks MCP and answers with error {(int)e.ErrorCode}: {FailureText.Short(e)}."
                ),
                "Check the server's log."
            );

    private static McpFailure OfStatus(HttpAnswer http, McpTarget target, McpTransport transport)
    {
        var failure = http.Status switch
        {
            HttpStatusCode.Unauthorized => OfUnauthorized(http, target),
            HttpStatusCode.Forbidden when McpStepUp.ScopesIn(http.Challenge) is { } scopes => ScopeNeeded(target, scopes),
            HttpStatusCode.Forbidden => new McpFailure(
                McpVerdict.Forbidden,
                $"{target.Place} refuses this caller (403 Forbidden).",
                $"Check what the {KeyField} may do, and whether the server or a proxy allows the console's network address and host name."
            ),
            HttpStatusCode.TooManyRequests => new(
                McpVerdict.RateLimited,
                $"{target.Place} asks to come later (429).",
                "Try again in a while."
            ),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest when http.Location is { } place => new(
                McpVerdict.Redirect,
                $"{target.Place} redirects to {place}.",
                "Redirects are not followed, so that the key goes nowhere else: enter that address."
            ),
            >= HttpStatusCode.InternalServerError => new(
                McpVerdict.ServerError,
                $"{target.Place} answers {http.Text}.",
                "Check the log of the server or its proxy, and whether the server behind the proxy runs."
            ),
            _ => NotFound(http, target, transport),
        };
        return failure with { HttpStatus = (int)http.Status, Location = http.Location, Challenge = http.Challenge };
    }

    private static McpFailure OfUnauthorized(HttpAnswer http, McpTarget target) =>
        target.OAuth is not null || http.Challenge?.Contains("resource_metadata", StringComparison.OrdinalIgnoreCase) == true
            ? new(
                McpVerdict.SignInNeeded,
                $"{target.Place} wants somebody to sign in (401 Unauthorized).",
                target.OAuth is not null ? "Sign in again on the server's page."
                    : target.Token is null
                        ? "Choose OAuth as sign-in, save the server and sign in on its page, or enter a key that it accepts."
                    : "Enter another key, or choose OAuth as sign-in and sign in on the server's page."
            )
            : new(
                McpVerdict.Unauthorized,
                $"{target.Place} does not accept {(target.Token is null ? "callers without a key" : "this key")} (401 Unauthorized).",
                target.Token is null
                    ? $"Enter the server's key as {KeyField}, or as a header if it wants another one than Authorization."
                    : $"Enter the {KeyField} again."
            );

    private static McpFailure NotFound(HttpAnswer http, McpTarget target, McpTransport transport) =>
        http.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Gone
            ? new(
                McpVerdict.NotFound,
                $"{target.Place} has no MCP server at {target.Secrets.Hide(target.Url!.AbsolutePath)} ({http.Text}).",
                transport == McpTransport.Sse
                    ? "Check the path of the address."
                    : "Check the path of the address: most servers have /mcp, SMCP and older ones have /sse."
            )
            : new(
                McpVerdict.NotMcp,
                $"{target.Place} answers {http.Text}, not as an MCP server does.",
                "Check the address, and choose the transport that the server speaks."
            );

    private static McpFailure NotMcp(McpTarget target, HttpAnswer? http) =>
        new(
            McpVerdict.NotMcp,
            http is null
                ? $"{target.Place} does not answer as an MCP server does."
                : $"{target.Place} answers {http.Text}, but not as an MCP server does.",
            "Check that the address is the MCP server's own, with its path, and not that of a page or of another API."
        );

    private static bool IsOwnMachine(Uri? url) => url?.IsLoopback == true;

    private static bool IsContainer => Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true";

    private static string Tail(string text) => text.Length > 500 ? $"…{text[^500..]}" : text;
}
