using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>What the page of settings does, for scripts.</summary>
internal static class SettingsEndpoints
{
    private const int ShortestPassphrase = 12;

    public static IEndpointRouteBuilder MapSystemSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapLazyGroup("/api/settings").RequireAuthorization(Policies.ReadSettings).WithTags("System settings");
        settings.MapGet("/", ReadAsync).WithSummary("The effective settings: values, their sources, and the version to send as If-Match.");
        settings
            .MapPut("/", SaveAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .Accepts<JsonObject>("application/json")
            .WithSummary(
                "Changes the columns in the body. With If-Match, changes of others are not overwritten; without it, the last writer wins, column by column."
            )
            .OffersDryRun();
        settings.MapGet("/profiles/{environment}", ReadProfileAsync).WithSummary("The settings of one environment.");
        settings
            .MapPut("/profiles/{environment}", SaveProfileAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .Accepts<JsonObject>("application/json")
            .WithSummary("Changes the settings of one environment.")
            .OffersDryRun();
        settings
            .MapPost("/profiles/{environment}/activate", SwitchAsync)
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Switches to another environment.")
            .OffersDryRun();
        settings
            .MapGet(
                "/history",
                (
                    SettingsHistory history,
                    CancellationToken cancel,
                    string? environment = null,
                    string? column = null,
                    int skip = 0,
                    int take = 50
                ) => history.ListAsync(EnvironmentOf(environment), column, PageQuery.Of(skip, take), cancel)
            )
            .WithSummary("Lists changes, newest first.");
        settings
            .MapGet(
                "/compare",
                (SettingsHistory history, long from, CancellationToken cancel, long? to = null, string? environment = null) =>
                    history.CompareAsync(EnvironmentOf(environment), from, to, cancel)
            )
            .WithSummary("The differences between the settings after two changes; without `to`, between a change and now.");
        settings
            .MapPost(
                "/restore",
                async ([FromBody] RestoreRequest body, SettingsHistory history, CancellationToken cancel) =>
                    Show(await history.RestoreAsync(EnvironmentOf(body.Environment), body.Change, body.Columns, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Restores the settings, or some columns, to their values after a change, as a new change.")
            .OffersDryRun();
        settings
            .MapPost(
                "/undo/{change:long}",
                async (long change, SettingsHistory history, CancellationToken cancel, string? environment = null) =>
                    Show(await history.UndoAsync(EnvironmentOf(environment), change, cancel))
            )
            .RequireAuthorization(Policies.WriteSettings)
            .WithSummary("Undoes one change, as a new change.")
            .OffersDryRun();
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

    private static async Task<ShownSettings> ReadAsync(SettingsService settings, CancellationToken cancel) =>
        new(await settings.ReadAsync(null, cancel));

    private static async Task<Results<ShownSettings, Missing>> ReadProfileAsync(
        string environment,
        SettingsService settings,
        CancellationToken cancel
    ) =>
        EnumText<DeploymentEnvironment>.Find(environment) is { } known
            ? new ShownSettings(await settings.ReadAsync(known, cancel))
            : new Missing(Unknown(environment));

    private static Task<Answer<ShownSettings>> SaveAsync(
        JsonObject body,
        IfMatch seen,
        SettingsService settings,
        CancellationToken cancel
    ) => WriteAsync(body, null, seen, settings, cancel);

    private static async Task<Answer<ShownSettings>> SaveProfileAsync(
        string environment,
        JsonObject body,
        IfMatch seen,
        SettingsService settings,
        CancellationToken cancel
    ) =>
        EnumText<DeploymentEnvironment>.Find(environment) is { } known
            ? await WriteAsync(body, known, seen, settings, cancel)
            : new Missing(Unknown(environment));

    private static async Task<Answer<ShownSettings>> WriteAsync(
        JsonObject body,
        DeploymentEnvironment? environment,
        IfMatch seen,
        SettingsService settings,
        CancellationToken cancel
    )
    {
        if (
            SettingsJson.TextOf(body["environment"]) is { } named
            && named != EnumText<DeploymentEnvironment>.Of(environment ?? await settings.ActiveAsync(cancel))
        )
        {
            throw new BadHttpRequestException("To switch the environment, use POST /api/settings/profiles/{environment}/activate.");
        }

        return Show(await settings.SaveAsync(new(SettingsJson.ChangesIn(body), environment, seen.Version), cancel));
    }

    private static async Task<Answer<ShownSettings>> SwitchAsync(string environment, SettingsService settings, CancellationToken cancel) =>
        EnumText<DeploymentEnvironment>.Find(environment) is { } known
            ? Show(await settings.SwitchAsync(known, cancel))
            : new Missing(Unknown(environment));

    private static async Task<Results<Shown<SettingSecret>, Missing>> RevealAsync(
        string column,
        SettingsService settings,
        CancellationToken cancel
    ) =>
        await settings.RevealAsync(column, null, "reveal", cancel) is { } secret
            ? Answers.Show(new SettingSecret(column, secret))
            : new Missing($"The secret {column} is not set.");

    private static async Task<FileContentHttpResult> ExportAsync(
        SettingsTransfer transfer,
        CancellationToken cancel,
        string format = "env",
        string? environment = null
    ) =>
        Enum.TryParse<SettingsFormat>(format, ignoreCase: true, out var known)
            ? Download(await transfer.ExportAsync(EnvironmentOf(environment), known, null, cancel))
            : throw new BadHttpRequestException("The format must be env, json or yaml.");

    private static async Task<FileContentHttpResult> ExportWithSecretsAsync(
        [FromBody] ExportRequest body,
        SettingsTransfer transfer,
        CancellationToken cancel
    ) =>
        body.Passphrase is { Length: >= ShortestPassphrase }
            ? Download(await transfer.ExportAsync(EnvironmentOf(body.Environment), body.Format, body.Passphrase, cancel))
            : throw new BadHttpRequestException($"A passphrase has at least {ShortestPassphrase} characters.");

    private static async Task<Results<Ok<ImportReview>, UnprocessableEntity<ImportReview>>> ImportAsync(
        [FromBody] SettingsUpload body,
        SettingsTransfer transfer,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        if (body.Text is null)
        {
            throw new BadHttpRequestException("The field text is required: the file to import.");
        }

        var review = await transfer.ImportAsync(body, dryRun, cancel);
        return dryRun || review.IsApplied || (review.Refusals.Count == 0 && !review.Plan.IsRefused && !review.NeedsPassphrase)
            ? TypedResults.Ok(review)
            : TypedResults.UnprocessableEntity(review);
    }

    /// <summary>The named environment; null where none is named, which means the active one.</summary>
    /// <exception cref="BadHttpRequestException">There is no such environment.</exception>
    private static DeploymentEnvironment? EnvironmentOf(string? name) =>
        name is null ? null : EnumText<DeploymentEnvironment>.Find(name) ?? throw new BadHttpRequestException(Unknown(name));

    private static string Unknown(string environment) => $"Unknown environment {environment}. Allowed: development, staging, production.";

    private static FileContentHttpResult Download(ExportedSettings file) =>
        TypedResults.File(System.Text.Encoding.UTF8.GetBytes(file.Text), file.ContentType, file.FileName);

    private static Answer<ShownSettings> Show(Outcome<SettingsView> outcome) =>
        Answers.Of(outcome, view => new ShownSettings(view), SettingsJson.Of);

    private sealed record SettingSecret(string Column, string Value);

    /// <summary>The settings with their version as ETag. Nothing on the way may keep them.</summary>
    private sealed class ShownSettings(SettingsView view) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
    {
        public int? StatusCode => StatusCodes.Status200OK;

        public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) =>
            Answers.Describe<Shown<JsonObject>>(method, builder);

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.ETag = $"\"{view.Version}\"";
            httpContext.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(SettingsJson.Of(view)).ExecuteAsync(httpContext);
        }
    }

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
