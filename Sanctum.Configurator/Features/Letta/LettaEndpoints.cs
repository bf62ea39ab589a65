using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>What the page of the Letta server does, for scripts.</summary>
internal static class LettaEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var letta = routes.MapGroup("/api/letta").RequireAuthorization(Policies.ReadSettings).WithTags("Letta server");
        letta
            .MapGet("/state", StateAsync)
            .Produces<StateAnswer>()
            .WithSummary("The state of the saved server, since when, and the newest check.");
        letta
            .MapGet("/checks", ListAsync)
            .Produces<PageOf<LettaCheckRow>>()
            .WithSummary("Lists the checks, newest first; `verdict` is a verdict, or `failed` for all failed checks.");
        letta
            .MapGet("/series", SeriesAsync)
            .Produces<LettaSeries>()
            .WithSummary("Latency and failures over `range`: 1h, 24h or 30d. A point without checks is a gap.");
        letta
            .MapGet(
                "/models",
                async (LettaModels models, CancellationToken cancel) => Answers.Of(await models.ListAsync(cancel), TypedResults.Ok)
            )
            .Produces<IReadOnlyList<LettaModel>>()
            .ProducesValidationProblem()
            .WithSummary("The models that an App Server offers.");
        letta
            .MapGet(
                "/providers",
                async (LettaModels models, CancellationToken cancel) => Answers.Of(await models.ProvidersAsync(cancel), TypedResults.Ok)
            )
            .Produces<IReadOnlyList<LettaProvider>>()
            .ProducesValidationProblem()
            .WithSummary("The providers of models that an App Server knows, those that are connected first; never their keys.");
        letta
            .MapPut(
                "/providers/{id}",
                async (string id, Dictionary<string, string?> fields, LettaModels models, CancellationToken cancel) =>
                    Answers.Of(await models.ConnectAsync(id, fields, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.WriteSettings)
            .CannotBeTried()
            .Produces<ProviderConnected>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Connects a provider on an App Server with its fields, and returns the models that came of it.");
        letta
            .MapDelete(
                "/providers/{id}",
                async (string id, LettaModels models, CancellationToken cancel) =>
                    Answers.Of(await models.DisconnectAsync(id, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.WriteSettings)
            .CannotBeTried()
            .Produces<LettaProvider>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Disconnects a provider on an App Server, which forgets its key.");
        routes
            .MapPost("/api/letta/test", TestAsync)
            .RequireAuthorization(Policies.TestLetta)
            .WithTags("Letta server")
            .Accepts<JsonObject>(isOptional: true, "application/json")
            .Produces<TestAnswer>()
            .WithSummary(
                "Tests the connection with the saved settings, and with the values in the body, by column, in place of saved ones."
            );
    }

    private static async Task<IResult> StateAsync(LettaStateReader states, CancellationToken cancel) =>
        TypedResults.Ok(StateAnswer.Of(await states.RefreshAsync(cancel)));

    private static async Task<IResult> ListAsync(
        LettaChecks checks,
        CancellationToken cancel,
        GivenTime? from = null,
        GivenTime? to = null,
        string? verdict = null,
        int skip = 0,
        int take = 50
    )
    {
        if (verdict is { Length: > 0 } && !LettaCheckFilter.Words.Contains(verdict))
        {
            return Answers.Of(Refuse("verdict", LettaCheckFilter.Words), _ => TypedResults.Ok());
        }

        var page = await checks.ListAsync(
            new(verdict, from?.Value, to?.Value),
            new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage)),
            cancel
        );
        return TypedResults.Ok(page);
    }

    private static async Task<IResult> SeriesAsync(LettaChecks checks, CancellationToken cancel, string range = "1h") =>
        LettaRange.Find(range) is { } known
            ? TypedResults.Ok(await checks.SeriesAsync(known, cancel))
            : Answers.Of(Refuse("range", LettaRange.All.Select(r => r.Name)), _ => TypedResults.Ok());

    private static async Task<IResult> TestAsync(LettaTests tests, CancellationToken cancel, [FromBody] JsonObject? body = null)
    {
        var unsaved = (body ?? []).ToDictionary(pair => pair.Key, pair => TextOf(pair.Value));
        return Answers.Of(await tests.TestAsync(unsaved, onStep: null, cancel), result => TypedResults.Ok(TestAnswer.Of(result)));
    }

    private static Outcome<string> Refuse(string name, IEnumerable<string> words) =>
        new Outcome<string>.Invalid(name, $"Allowed: {string.Join(", ", words)}.");

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
                result.Report.ServerVersion,
                result.Report.Agents,
                result.Report.Message,
                result.Report.Hint,
                result.Report.Steps,
                result.LastConnected
            );
    }

    /// <param name="State">"off", "not_testable", "untested" or the verdict.</param>
    internal sealed record StateAnswer(
        string State,
        LettaVerdict? Verdict,
        string? Message,
        string? Hint,
        string? Fault,
        double? LatencyMs,
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
