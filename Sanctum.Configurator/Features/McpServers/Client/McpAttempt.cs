namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>One thing that was tried to come to an understanding with a server, and what it answered.</summary>
/// <param name="Transport">Such as streamable_http.</param>
/// <param name="Request">Such as "POST server/discover".</param>
/// <param name="Answer">Such as "404 Not Found, text/html", or "protocol 2025-06-18".</param>
public sealed record McpAttempt(string Transport, string Request, string Answer, bool Ok, double Ms);
