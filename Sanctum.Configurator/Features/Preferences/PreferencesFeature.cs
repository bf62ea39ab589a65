using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Preferences;

/// <summary>How each person likes answers, and the console.</summary>
public static class PreferencesFeature
{
    public static IServiceCollection AddPreferences(this IServiceCollection services) =>
        services
            .AddPreferenceServices()
            .AddSingleton(new NavEntry("Preferences", Urls.Preferences, "settings", 5, Place: NavPlace.UserMenu));

    public static IEndpointRouteBuilder MapPreferences(this IEndpointRouteBuilder routes)
    {
        var preferences = routes.MapLazyGroup("/api/preferences").RequireAuthorization(Policies.UseConversations).WithTags("Preferences");
        preferences
            .MapGet("/", async (PreferencesService service, CancellationToken cancel) => Answers.Show(await service.ReadAsync(cancel)))
            .WithSummary("The preferences of the key's owner; the ETag is their version, 0 where nothing was ever saved");
        preferences
            .MapPut(
                "/",
                async (PreferencesForm form, IfMatch version, PreferencesService service, CancellationToken cancel) =>
                {
                    form.Version = version.Version;
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .WithSummary("Saves them; what is left out goes back to its default")
            .OffersDryRun();
        return routes;
    }

    /// <summary>Without pages.</summary>
    internal static IServiceCollection AddPreferenceServices(this IServiceCollection services) =>
        services
            .AddScoped<PreferencesService>()
            .AddScoped<KeptTheme, PreferredTheme>()
            .AddSingleton<IUserBelongings, PreferenceBelongings>();
}
