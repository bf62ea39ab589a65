using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>What a <see cref="FakeLetta"/> says to one request: first its mood, then Letta's own manners.</summary>
internal static class FakeLettaAnswers
{
    private static readonly string[] SlashedPaths =
    [
        "/v1/health",
        "/v1/ready",
        "/v1/agents",
        "/v1/tools",
        "/v1/blocks",
        "/v1/models",
        "/v1/runs",
        "/v1/jobs",
        "/v1/providers",
        "/v1/mcp-servers",
        "/v1/identities",
    ];

    public static async Task AnswerAsync(HttpContext context, FakeLettaBehaviour how, CancellationToken stopping)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            if (!await AnswerByMoodAsync(context, how, gone.Token))
            {
                await AnswerAsLettaAsync(context, how, gone.Token);
            }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private static async Task<bool> AnswerByMoodAsync(HttpContext context, FakeLettaBehaviour how, CancellationToken cancel)
    {
        if (how.Mood == FakeLettaMood.HangsUpEachTime)
        {
            context.Response.Headers.Connection = "close";
        }

        var answer = FindMoodAnswer(context, how, cancel);
        await (answer ?? Task.CompletedTask);
        return answer is not null;
    }

    private static Task? FindMoodAnswer(HttpContext context, FakeLettaBehaviour how, CancellationToken cancel)
    {
        var path = context.Request.Path.Value!;
        var isCount = path.EndsWith("/count", StringComparison.Ordinal);
        return how.Mood switch
        {
            FakeLettaMood.Forbids => JsonAsync(context, 403, """{"detail":"Forbidden by policy"}"""),
            FakeLettaMood.RateLimits => RateLimitAsync(context),
            FakeLettaMood.Fails => JsonAsync(context, 500, """{"detail":"An unknown error occurred"}"""),
            FakeLettaMood.WarmsUp => JsonAsync(context, 503, """{"version":"0.16.8","status":"warming"}"""),
            FakeLettaMood.StandsBehindABrokenProxy => HtmlAsync(context, 502, "502 Bad Gateway"),
            FakeLettaMood.ServesAWebPage => HtmlAsync(context, 200, "Welcome to\r\n\u0007 nginx &amp; friends\u202E"),
            FakeLettaMood.Mumbles => TextAsync(context, "hello"),
            FakeLettaMood.Redirects => RedirectAsync(context, how.RedirectTo!.ToString()),
            FakeLettaMood.AnswersOtherJson => JsonAsync(context, 200, """{"database":"ok","uptime":17}"""),
            FakeLettaMood.CountsInWords when isCount => JsonAsync(context, 200, "\"three\""),
            FakeLettaMood.IsAnAppServer => AppServerAsync(context, path),
            FakeLettaMood.HasABadModelKey when isCount => JsonAsync(
                context,
                401,
                """{"error":{"type":"llm_authentication","message":"Invalid API key","detail":"x"}}"""
            ),
            FakeLettaMood.AsksForABasicLogin => BasicAsync(context),
            FakeLettaMood.Floods => FloodAsync(context, cancel),
            FakeLettaMood.NeverAnswers => NeverAsync(cancel),
            FakeLettaMood.NeverAnswersTheCount when isCount => NeverAsync(cancel),
            FakeLettaMood.DripsTheBody => DripAsync(context, cancel),
            FakeLettaMood.EchoesTheToken when isCount => EchoAsync(context),
            _ => null,
        };
    }

    private static async Task AnswerAsLettaAsync(HttpContext context, FakeLettaBehaviour how, CancellationToken cancel)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(how.BasePath + "/", StringComparison.Ordinal))
        {
            await JsonAsync(context, 404, """{"detail":"Not Found"}""");
            return;
        }

        path = path[how.BasePath.Length..];
        if (path is "/v1/health/" or "/v1/ready/")
        {
            await JsonAsync(context, 200, $$"""{"version":"{{how.Version}}","status":"ok"}""");
            return;
        }

        // Checked before the route, like the real one's middleware, and health alone is exempt.
        if (how.Token is { } token && context.Request.Headers.Authorization != $"Bearer {token}" && path is not "/v1/health")
        {
            await JsonAsync(context, 401, """{"detail":"Unauthorized"}""");
            return;
        }

        if (how.Store is { } talking && await talking.Talk.AnswerAsync(context, path, IsLegacy(context), cancel))
        {
            return;
        }

        if (how.Mcp is { } mcp && await mcp.AnswerAsync(context.Request, path) is var (mcpStatus, mcpJson))
        {
            await JsonAsync(context, mcpStatus, mcpJson);
            return;
        }

        var kept = how.Store is { } store ? await store.AnswerAsync(context, path, IsLegacy(context)) : null;
        await (kept is var (status, json) ? JsonAsync(context, status, json) : AnswerToFriendAsync(context, how, path));
    }

    private static Task AnswerToFriendAsync(HttpContext context, FakeLettaBehaviour how, string path) =>
        path switch
        {
            "/v1/agents/count" => JsonAsync(context, 200, how.Agents.ToString(CultureInfo.InvariantCulture)),
            "/v1/agents/" => JsonAsync(context, 200, AgentsOf(how, IsLegacy(context))),
            _ when SlashedPaths.Contains(path) => RedirectAsync(context, $"http://{context.Request.Host}{how.BasePath}{path}/"),
            _ when path.Contains("/tools/attach/", StringComparison.Ordinal) => JsonAsync(
                context,
                200,
                IsLegacy(context) ? """{"id":"agent-0","tools":[]}""" : "null"
            ),
            "/v1/agents/import" => JsonAsync(context, 200, """{"agent_ids":["agent-00000000-0000-4000-8000-000000000099"]}"""),
            _ when path.StartsWith("/v1/agents/agent-", StringComparison.Ordinal) && path.EndsWith("/export", StringComparison.Ordinal) =>
                JsonAsync(
                    context,
                    200,
                    """{"agents":[{"id":"agent-0","name":"Agent"}],"groups":[],"blocks":[],"files":[],"sources":[],"tools":[],"mcp_servers":[],"metadata":{"revision_id":"1"},"created_at":"2026-01-01T00:00:00Z"}"""
                ),
            _ when path.StartsWith("/v1/agents/", StringComparison.Ordinal) => JsonAsync(
                context,
                422,
                """{"trace_id":"","detail":"[{'type': 'string_pattern_mismatch'}]","examples":["agent-123e4567-e89b-42d3-8456-426614174000"]}"""
            ),
            _ => JsonAsync(context, 404, """{"detail":"Not Found"}"""),
        };

    // letta/utils.py, is_1_0_sdk_version: any User-Agent but the SDK's makes the server speak as it did before 1.0.
    private static bool IsLegacy(HttpContext context) =>
        !context.Request.Headers.ContainsKey("X-Stainless-Package-Version")
        && context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent
        && !agent.Contains("letta-client/1.", StringComparison.Ordinal);

    private static string AgentsOf(FakeLettaBehaviour how, bool isLegacy) =>
        "["
        + string.Join(
            ',',
            Enumerable
                .Range(1, how.Agents)
                .Select(number =>
                    $$"""{"id":"agent-00000000-0000-4000-8000-{{number:D12}}","name":"Agent {{number}}","tags":[],"tools":[{{(isLegacy ? """{"name":"send_message"}""" : "")}}],"blocks":[]}"""
                )
        )
        + "]";

    private static Task JsonAsync(HttpContext context, int status, string json) => WriteAsync(context, status, "application/json", json);

    private static Task HtmlAsync(HttpContext context, int status, string title) =>
        WriteAsync(
            context,
            status,
            "text/html",
            $"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        );

    private static Task TextAsync(HttpContext context, string text) => WriteAsync(context, 200, "text/plain", text);

    private static Task WriteAsync(HttpContext context, int status, string type, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength) = (status, type, body.Length);
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static Task RedirectAsync(HttpContext context, string location)
    {
        (context.Response.StatusCode, context.Response.Headers.Location) = (307, location);
        return Task.CompletedTask;
    }

    private static Task RateLimitAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "30";
        return JsonAsync(context, 429, """{"detail":"Too many requests"}""");
    }

    private static Task BasicAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"proxy\"";
        return HtmlAsync(context, 401, "401 Authorization Required");
    }

    private static Task AppServerAsync(HttpContext context, string path) =>
        path switch
        {
            "/healthz" or "/readyz" => TextAsync(context, "ok\n"),
            "/app-server-info" => JsonAsync(
                context,
                200,
                """{"type":"app_server_info_response","success":true,"backend":"local","letta_code_version":"0.32.18","protocol_version":1}"""
            ),
            _ => WriteAsync(context, 404, "text/plain", "Not found"),
        };

    private static Task TextAsync404Async(HttpContext context) => WriteAsync(context, 404, "text/plain", "Not found");

    private static Task EchoAsync(HttpContext context)
    {
        var token = context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = $"No {token}";
        return JsonAsync(context, 403, $$"""{"detail":["not {{token}}",{"msg":"nor {{token}}"}]}""");
    }

    private static Task NeverAsync(CancellationToken cancel) => new TaskCompletionSource().Task.WaitAsync(cancel);

    private static async Task FloodAsync(HttpContext context, CancellationToken cancel)
    {
        context.Response.ContentType = "application/json";
        var chunk = Encoding.UTF8.GetBytes(new string(' ', 64 * 1024));
        for (var sent = 0; sent < 1024; sent++)
        {
            await context.Response.Body.WriteAsync(chunk, cancel);
        }
    }

    private static async Task DripAsync(HttpContext context, CancellationToken cancel)
    {
        context.Response.ContentType = "application/json";
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync(cancel))
        {
            await context.Response.WriteAsync(" ", cancel);
            await context.Response.Body.FlushAsync(cancel);
        }
    }
}
