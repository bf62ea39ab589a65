using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>What the page of settings does, for scripts.</summary>
internal static class SettingsEndpoints
{
    private const int LongestPage = 200;
    private const int ShortestPassphrase = 12;

    public static IEndpointRouteBuilder MapSystemSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup("/api/settings").RequireAuthorization(Policies.ReadSettings).WithTags("System settings");
        settings.MapGet("/", ReadAsync).WithSummary("The effective settings: values, their sources, and the version to send as If-Match.");
        settings
            .MapPut("/", SaveAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .Accepts<JsonObject>("application/json")
            .WithSummary(
                "Changes the columns in the body. With If-Match, changes of others are not overwritten; without it, the last writer wins, column by column."
            );
        settings.MapGet("/profiles/{environment}", ReadProfileAsync).WithSummary("The settings of one environment.");
        settings
            .MapPut("/profiles/{environment}", SaveProfileAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .Accepts<JsonObject>("application/json")
            .WithSummary("Changes the settings of one environment.");
        settings
            .MapPost("/profiles/{environment}/activate", SwitchAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Switches to another environment.");
        settings.MapGet("/history", HistoryAsync).WithSummary("Lists changes, newest first.");
        settings
            .MapGet("/compare", CompareAsync)
            .WithSummary("The differences between the settings after two changes; without `to`, between a change and now.");
        settings
            .MapPost("/restore", RestoreAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Restores the settings, or some columns, to their values after a change, as a new change.");
        settings
            .MapPost("/undo/{change:long}", UndoAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Undoes one change, as a new change.");
        settings
            .MapGet("/secrets/{column}", RevealAsync)
            .RequireAuthorization(Policies.RevealSecrets)
            .WithSummary("The plain text of a secret. Recorded in the history.");
        settings.MapGet("/export", ExportAsync).WithSummary("The settings as a file without secrets: format=env, json or yaml.");
        settings
            .MapPost("/export", ExportWithSecretsAsync)
            .RequireAuthorization(Policies.RevealSecrets)
            .WithSummary("The settings as a file, secrets encrypted with the passphrase in the body.");
        settings
            .MapPost("/import", ImportAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Imports a settings file; with dryRun=true only returns what would change.");
        return routes;
    }

    private static async Task<IResult> ReadAsync(SettingsService settings, HttpResponse response, CancellationToken cancel) =>
        Show(await settings.ReadAsync(null, cancel), response);

    private static async Task<IResult> ReadProfileAsync(
        string environment,
        SettingsService settings,
        HttpResponse response,
        CancellationToken cancel
    ) =>
        EnumText<DeploymentEnvironment>.Find(environment) is { } known
            ? Show(await settings.ReadAsync(known, cancel), response)
            : NoSuchEnvironment(environment);

    private static Task<IResult> SaveAsync(
        JsonObject body,
        SettingsService settings,
        HttpRequest request,
        HttpResponse response,
        CancellationToken cancel
    ) => WriteAsync(body, null, settings, request, response, cancel);

    private static async Task<IResult> SaveProfileAsync(
        string environment,
        JsonObject body,
        SettingsService settings,
        HttpRequest request,
        HttpResponse response,
        CancellationToken cancel
    ) =>
        EnumText<DeploymentEnvironment>.Find(environment) is { } known
            ? await WriteAsync(body, known, settings, request, response, cancel)
            : NoSuchEnvironment(environment);

    private static async Task<IResult> WriteAsync(
        JsonObject body,
        DeploymentEnvironment? environment,
        SettingsService settings,
        HttpRequest request,
        HttpResponse response,
        CancellationToken cancel
    )
    {
        if (
            SettingsJson.TextOf(body["environment"]) is { } named
            && named != EnumText<DeploymentEnvironment>.Of(environment ?? await settings.ActiveAsync(cancel))
        )
        {
            return TypedResults.Problem(
                "To switch the environment, use POST /api/settings/profiles/{environment}/activate.",
                statusCode: StatusCodes.Status400BadRequest
            );
        }

        var version = Answers.VersionIn(request);
        var outcome = await settings.SaveAsync(new(SettingsJson.ChangesIn(body), environment, version), cancel);
        return Answers.Of(outcome, view => Show(view, response), SettingsJson.Of);
    }

    private static async Task<IResult> SwitchAsync(
        string environment,
        SettingsService settings,
        HttpResponse response,
        CancellationToken cancel
    ) =>
        EnumText<DeploymentEnvironment>.Find(environment) is { } known
            ? Answers.Of(await settings.SwitchAsync(known, cancel), view => Show(view, response))
            : NoSuchEnvironment(environment);

    private static async Task<IResult> HistoryAsync(
        SettingsHistory history,
        CancellationToken cancel,
        string? environment = null,
        string? column = null,
        int skip = 0,
        int take = 50
    )
    {
        var page = await history.ListAsync(
            EnvironmentOf(environment),
            column,
            new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage)),
            cancel
        );
        return TypedResults.Json(page);
    }

    private static async Task<IResult> CompareAsync(
        SettingsHistory history,
        long from,
        CancellationToken cancel,
        long? to = null,
        string? environment = null
    ) => TypedResults.Json(await history.CompareAsync(EnvironmentOf(environment), from, to, cancel));

    private static async Task<IResult> RestoreAsync(
        [FromBody] RestoreRequest body,
        SettingsHistory history,
        HttpResponse response,
        CancellationToken cancel
    ) =>
        Answers.Of(
            await history.RestoreAsync(EnvironmentOf(body.Environment), body.Change, body.Columns, cancel),
            view => Show(view, response)
        );

    private static async Task<IResult> UndoAsync(
        long change,
        SettingsHistory history,
        HttpResponse response,
        CancellationToken cancel,
        string? environment = null
    ) => Answers.Of(await history.UndoAsync(EnvironmentOf(environment), change, cancel), view => Show(view, response));

    private static async Task<IResult> RevealAsync(string column, SettingsService settings, CancellationToken cancel) =>
        await settings.RevealAsync(column, null, "reveal", cancel) is { } secret
            ? TypedResults.Json(new { column, value = secret })
            : TypedResults.Problem($"The secret {column} is not set.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> ExportAsync(
        SettingsTransfer transfer,
        CancellationToken cancel,
        string format = "env",
        string? environment = null
    ) =>
        Enum.TryParse<SettingsFormat>(format, ignoreCase: true, out var known)
            ? Download(await transfer.ExportAsync(EnvironmentOf(environment), known, null, cancel))
            : TypedResults.Problem("The format must be env, json or yaml.", statusCode: StatusCodes.Status400BadRequest);

    private static async Task<IResult> ExportWithSecretsAsync(
        [FromBody] ExportRequest body,
        SettingsTransfer transfer,
        CancellationToken cancel
    ) =>
        body.Passphrase is not { Length: >= ShortestPassphrase }
            ? TypedResults.Problem(
                $"A passphrase has at least {ShortestPassphrase} characters.",
                statusCode: StatusCodes.Status400BadRequest
            )
            : Download(await transfer.ExportAsync(EnvironmentOf(body.Environment), body.Format, body.Passphrase, cancel));

    private static async Task<IResult> ImportAsync(
        [FromBody] SettingsUpload body,
        SettingsTransfer transfer,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        if (body.Text is null)
        {
            return TypedResults.Problem("The field text is required: the file to import.", statusCode: StatusCodes.Status400BadRequest);
        }

        var review = await transfer.ImportAsync(body, dryRun, cancel);
        var isDone = dryRun || review.IsApplied || (review.Refusals.Count == 0 && !review.Plan.IsRefused && !review.NeedsPassphrase);
        return TypedResults.Json(review, statusCode: isDone ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The named environment; null where none is named, which means the active one.</summary>
    /// <exception cref="BadHttpRequestException">There is no such environment.</exception>
    private static DeploymentEnvironment? EnvironmentOf(string? name) =>
        name is null
            ? null
            : EnumText<DeploymentEnvironment>.Find(name)
                ?? throw new BadHttpRequestException($"Unknown environment {name}. Allowed: development, staging, production.");

    private static FileContentHttpResult Download(ExportedSettings file) =>
        TypedResults.File(System.Text.Encoding.UTF8.GetBytes(file.Text), file.ContentType, file.FileName);

    private static IResult Show(SettingsView view, HttpResponse response)
    {
        response.Headers.ETag = $"\"{view.Version}\"";
        response.Headers.CacheControl = "no-store";
        return TypedResults.Json(SettingsJson.Of(view));
    }

    private static IResult NoSuchEnvironment(string name) =>
        TypedResults.Problem(
            $"Unknown environment {name}. Allowed: development, staging, production.",
            statusCode: StatusCodes.Status404NotFound
        );

    /// <summary>The body of a restore.</summary>
    /// <param name="Change">The id of the change to go back to.</param>
    /// <param name="Columns">Null for all.</param>
    internal sealed record RestoreRequest(
        long Change,
        [property: TextLimit(Lengths.Name)] IReadOnlyList<string>? Columns = null,
        [property: TextLimit(Lengths.Name)] string? Environment = null
    );

    /// <summary>The body of an export with secrets.</summary>
    internal sealed record ExportRequest(
        [property: TextLimit(Lengths.Password)] string? Passphrase = null,
        SettingsFormat Format = SettingsFormat.Env,
        [property: TextLimit(Lengths.Name)] string? Environment = null
    );
}
