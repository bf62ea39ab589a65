using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Letta;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>What the page of the Letta server does, for scripts.</summary>
internal static class LettaEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var letta = routes.MapGroup("/api/letta").RequireAuthorization(Policies.ReadSettings).WithTags("Letta server");
        letta.MapGet("/state", StateAsync).WithSummary("How the saved server stands, since when, and what the newest check said.");
        letta.MapGet("/checks", ListAsync).WithSummary("The kept checks, newest first; `verdict` is a verdict's word, or `failed` for all that did not connect.");
        letta.MapGet("/series", SeriesAsync).WithSummary("Latency and failures over `range`: 1h, 24h or 30d. A point without checks is a gap.");
        routes.MapPost("/api/letta/test", TestAsync).RequireAuthorization(Policies.TestLetta).WithTags("Letta server").Accepts<JsonObject>(isOptional: true, "application/json")
            .WithSummary("Tests the connection with the saved settings, and with the values in the body, by column, in place of saved ones.");
    }

    private static async Task<IResult> StateAsync(LettaStateReader states, CancellationToken cancel)
    {
        var now = await states.RefreshAsync(cancel);
        var answer = new
        {
            State = now.Word,
            now.Verdict,
            now.Message,
            now.Hint,
            now.Fault,
            now.LatencyMs,
            now.ServerVersion,
            now.Agents,
            now.Address,
            now.Since,
            now.CheckedAt,
            now.LastConnected,
            now.IsWatched,
            now.IsPaused,
            now.HasWarning,
        };
        return TypedResults.Json(answer);
    }

    private static async Task<IResult> ListAsync(
        LettaChecks checks, CancellationToken cancel, DateTimeOffset? from = null, DateTimeOffset? to = null, string? verdict = null, int skip = 0, int take = 50)
    {
        if (verdict is { Length: > 0 } && !LettaCheckFilter.Words.Contains(verdict))
        {
            return Answers.Of(Refuse("verdict", LettaCheckFilter.Words), _ => TypedResults.Ok());
        }

        var page = await checks.ListAsync(new(verdict, from, to), new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage)), cancel);
        return TypedResults.Json(page);
    }

    private static async Task<IResult> SeriesAsync(LettaChecks checks, CancellationToken cancel, string range = "1h") =>
        LettaRange.Find(range) is { } known
            ? TypedResults.Json(await checks.SeriesAsync(known, cancel))
            : Answers.Of(Refuse("range", LettaRange.All.Select(r => r.Name)), _ => TypedResults.Ok());

    private static async Task<IResult> TestAsync(ILettaTests tests, CancellationToken cancel, [FromBody] JsonObject? body = null)
    {
        var unsaved = (body ?? []).ToDictionary(pair => pair.Key, pair => TextOf(pair.Value));
        return Answers.Of(await tests.TestAsync(unsaved, onStep: null, cancel), result => TypedResults.Json(JsonOf(result)));
    }

    internal static JsonObject JsonOf(LettaTestResult result)
    {
        var json = JsonSerializer.SerializeToNode(result.Report)!.AsObject();
        json["last_connected"] = result.LastConnected;
        return json;
    }

    private static Outcome<string> Refuse(string name, IEnumerable<string> words) =>
        new Outcome<string>.Refused(name, $"It must be one of: {string.Join(", ", words)}.");

    private static string? TextOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToJsonString(),
    };
}
