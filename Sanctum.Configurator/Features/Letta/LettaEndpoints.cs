using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>What the page of the Letta server does, for scripts.</summary>
internal static class LettaEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var letta = routes.MapLazyGroup("/api/letta").RequireAuthorization(Policies.ReadSettings).WithTags("Letta server");
        letta
            .MapGet(
                "/state",
                async (LettaStateReader states, CancellationToken cancel) => StateAnswer.Of(await states.RefreshAsync(cancel))
            )
            .WithSummary("The state of the saved server, since when, and the newest check.");
        letta
            .MapGet("/checks", ListAsync)
            .WithSummary("Lists the checks, newest first; `verdict` is a verdict, or `failed` for all failed checks.");
        letta
            .MapGet("/series", SeriesAsync)
            .WithSummary("Latency and failures over `range`: 1h, 24h or 30d. A point without checks is a gap.");
        letta
            .MapGet("/models", async (LettaModels models, CancellationToken cancel) => Answers.Of(await models.ListAsync(cancel)))
            .WithSummary("The models that an App Server offers.");
        letta
            .MapGet("/providers", async (LettaModels models, CancellationToken cancel) => Answers.Of(await models.ProvidersAsync(cancel)))
            .WithSummary("The providers of models that an App Server knows, those that are connected first; never their keys.");
        letta
            .MapPut(
                "/providers/{id}",
                async (string id, Dictionary<string, string?> fields, LettaModels models, CancellationToken cancel) =>
                    Answers.Of(await models.ConnectAsync(id, fields, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .CannotBeTried()
            .WithSummary("Connects a provider on an App Server with its fields, and returns the models that came of it.");
        letta
            .MapDelete(
                "/providers/{id}",
                async (string id, LettaModels models, CancellationToken cancel) => Answers.Of(await models.DisconnectAsync(id, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .CannotBeTried()
            .WithSummary("Disconnects a provider on an App Server, which forgets its key.");
        routes
            .MapLazyGroup("/api")
            .MapPost("/letta/test", TestAsync)
            .RequireAuthorization(Policies.TestLetta)
            .WithTags("Letta server")
            .Accepts<JsonObject>(isOptional: true, "application/json")
            .WithSummary(
                "Tests the connection with the saved settings, and with the values in the body, by column, in place of saved ones."
            );
    }

    private static async Task<Results<Shown<PageOf<LettaCheckRow>>, ValidationProblem>> ListAsync(
        LettaChecks checks,
        CancellationToken cancel,
        GivenTime? from = null,
        GivenTime? to = null,
        string? verdict = null,
        int skip = 0,
        int take = 50
    ) =>
        verdict is { Length: > 0 } && !LettaCheckFilter.Words.Contains(verdict)
            ? Refuse("verdict", LettaCheckFilter.Words)
            : Answers.Show(await checks.ListAsync(new(verdict, from?.Value, to?.Value), PageQuery.Of(skip, take), cancel));

    private static async Task<Results<Shown<LettaSeries>, ValidationProblem>> SeriesAsync(
        LettaChecks checks,
        CancellationToken cancel,
        string range = "1h"
    ) =>
        LettaRange.Find(range) is { } known
            ? Answers.Show(await checks.SeriesAsync(known, cancel))
            : Refuse("range", LettaRange.All.Select(r => r.Name));

    private static async Task<Answer<Shown<TestAnswer>>> TestAsync(
        LettaTests tests,
        CancellationToken cancel,
        [FromBody] JsonObject? body = null
    )
    {
        var unsaved = (body ?? []).ToDictionary(pair => pair.Key, pair => TextOf(pair.Value));
        return Answers.Of(await tests.TestAsync(unsaved, onStep: null, cancel), result => Answers.Show(TestAnswer.Of(result)));
    }

    private static ValidationProblem Refuse(string name, IEnumerable<string> words) =>
        Answers.Refused(name, $"Allowed: {string.Join(", ", words)}.");

    private static string? TextOf(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => null,
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.ToJsonString(),
        };

    internal sealed record TestAnswer(
        LettaVerdict Verdict,
        int? HttpStatus,
        string? HttpPhrase,
        int LatencyMs,
        LettaKind? Kind,
        string? ServerVersion,
        int? Agents,
        string Message,
        string Hint,
        IReadOnlyList<LettaStep> Steps,
        DateTimeOffset? LastConnected
    )
    {
        public static TestAnswer Of(LettaTestResult result) =>
            new(
                result.Report.Verdict,
                result.Report.HttpStatus,
                result.Report.HttpPhrase,
                result.Report.LatencyMs,
                result.Report.Kind,
                result.Report.ServerVersion,
                result.Report.Agents,
                result.Report.Message,
                result.Report.Hint,
                result.Report.Steps,
                result.LastConnected
            );
    }

    /// <param name="Kind">Null until the server has been tested since the console started, unless it is chosen in the settings.</param>
    /// <param name="State">"off", "not_testable", "untested" or the verdict.</param>
    internal sealed record StateAnswer(
        string State,
        LettaVerdict? Verdict,
        string? Message,
        string? Hint,
        string? Fault,
        double? LatencyMs,
        LettaKind? Kind,
        string? ServerVersion,
        int? Agents,
        Uri? Address,
        DateTimeOffset? Since,
        DateTimeOffset? CheckedAt,
        DateTimeOffset? LastConnected,
        bool IsWatched,
        bool IsPaused,
        bool HasWarning
    )
    {
        public static StateAnswer Of(LettaStatus now) =>
            new(
                now.Word,
                now.Verdict,
                now.Message,
                now.Hint,
                now.Fault,
                now.LatencyMs,
                now.Kind,
                now.ServerVersion,
                now.Agents,
                now.Address,
                now.Since,
                now.CheckedAt,
                now.LastConnected,
                now.IsWatched,
                now.IsPaused,
                now.HasWarning
            );
    }
}
