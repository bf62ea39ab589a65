using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>Signing in and out, sessions, set-up; and who the caller is, for everything else.</summary>
public static class AccountFeature
{
    public static IServiceCollection AddAccount(this IServiceCollection services)
    {
        services
            .AddOptions<SessionOptions>()
            .BindConfiguration(SessionOptions.Section)
            .Validate(o => o.Idle <= o.Absolute, "Sessions:Idle must not be longer than Sessions:Absolute.")
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SessionOptions>, SessionOptionsValidator>());
        services.AddReauthentication();
        services.AddIdentity();
        services.AddSignIn();
        services.AddCircuits();
        services.AddSingleton<SetUpToken>();
        services.AddScoped<SetUpService>();
        services.AddHostedService<SetUpWorker>();
        services.AddScoped<OwnPasswordService>();
        services.AddSingleton(new NavEntry("Your sessions", Urls.Sessions, "clock", 10, Place: NavPlace.UserMenu));
        services.AddSingleton(new NavEntry("Password", Urls.Password, "lock", 15, Place: NavPlace.UserMenu, IsDocument: true));
        return services;
    }

    /// <summary>For features whose acts ask for the caller's password once more.</summary>
    public static IServiceCollection AddReauthentication(this IServiceCollection services)
    {
        services.TryAddScoped<Reauthentication>();
        services.TryAddScoped<IPasswordHasher<User>, BroughtPasswordHasher>();
        return services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = UserRules.HashRounds);
    }

    /// <summary>Who calls, how often, and whether he may. After the headers, before the endpoints.</summary>
    public static IApplicationBuilder UseAccount(this IApplicationBuilder app) =>
        app.UseAuthentication()
            .Use(
                (context, next) =>
                {
                    var services = context.RequestServices;
                    services
                        .GetRequiredService<CurrentUser>()
                        .Become(context.User, context.Features.Get<InnerCaller>()?.Actor ?? context.User.ToActor(context.Place()));
                    return next(context);
                }
            )
            .Use((context, next) => context.RequestServices.GetRequiredService<SignInLimit>().CountAsync(context, next))
            .UseAuthorization()
            .UseAntiforgery()
            .Use(TakeStaleFormsBack);

    public static IEndpointRouteBuilder MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapLazyGroup().MapPost(Urls.LogOut, LogOutAsync).AllowAnonymous().ExcludeFromDescription();
        routes
            .MapLazyGroup("/api")
            .MapPut(
                "/me/password",
                async (OwnPasswordForm form, OwnPasswordService service, CancellationToken cancel) =>
                    Answers.Deleted(await service.ChangeAsync(form, cancel))
            )
            .RequireAuthorization(Policies.SignedIn)
            .ForPeopleOnly()
            .WithTags("Users")
            .WithSummary("Changes the password of the key's owner, given the current password, and signs them out everywhere");
        return routes;
    }

    /// <summary>
    /// Lets the page of an ended session say that it goes, which takes no right but the circuit's own secret id. Otherwise its circuit
    /// would wait for minutes for a browser that has left, and then report a failure.
    /// </summary>
    public static RazorComponentsEndpointConventionBuilder LetEndedCircuitsClose(this RazorComponentsEndpointConventionBuilder components)
    {
        components.Add(endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.Trim('/') == "_blazor/disconnect")
            {
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            }
        });
        return components;
    }

    private static void AddIdentity(this IServiceCollection services)
    {
        services
            .AddIdentityCore<User>(identity =>
            {
                identity.Lockout.MaxFailedAccessAttempts = PasswordTries.Allowed;
                identity.Lockout.DefaultLockoutTimeSpan = PasswordTries.LockedFor;
                identity.User.RequireUniqueEmail = false;

                // PasswordRules judges; kinds of characters are not asked for.
                identity.Password = new()
                {
                    RequiredLength = 1,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireUppercase = false,
                    RequireNonAlphanumeric = false,
                };
            })
            .AddEntityFrameworkStores<RegistryDbContext>()
            .AddPasswordValidator<PasswordRuleValidator>();
    }

    private static void AddSignIn(this IServiceCollection services)
    {
        services
            .AddAuthentication(Schemes.ByPath)
            .AddPolicyScheme(
                Schemes.ByPath,
                null,
                scheme => scheme.ForwardDefaultSelector = context => Schemes.IsApi(context.Request.Path) ? Schemes.ApiKey : Schemes.Session
            )
            .AddCookie(Schemes.Session, SessionCookie.Configure);
        services.AddAuthorization(Policies.AddTo);
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = "sanctum_forgery";
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddSingleton<SignInLimit>();
        services.AddScoped<SessionCookie>();
        services.AddScoped<SessionService>();
        services.AddSingleton<DummyPasswordHash>();
        services.AddScoped<SignInService>();
    }

    private static void AddCircuits(this IServiceCollection services)
    {
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionAuthenticationState>();
        services.AddScoped<CircuitHandler, SessionCircuit>();
        services.AddSingleton<LiveSessions>();
        services.AddHostedService<LiveSessionsWorker>();
        services.AddSingleton<PersonActivity>();
        services.Configure<HubOptions>(hub => hub.AddFilter<PersonActivity>());
    }

    /// <summary>
    /// A form whose mark is not valid: another tab has signed in or out meanwhile, the key ring is another one, or the cookie is gone. The
    /// page
    /// comes again with a sentence, or leads on where nothing more is to be typed. A framework's bare 400 would leave people with a blank
    /// page.
    /// </summary>
    private static Task TakeStaleFormsBack(HttpContext context, RequestDelegate next)
    {
        if (
            context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false }
            || Schemes.IsApi(context.Request.Path)
            || !HttpMethods.IsPost(context.Request.Method)
        )
        {
            return next(context);
        }

        var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value).Where(pair => pair.Key != Urls.StaleForm).ToDictionary();
        query[Urls.StaleForm] = "1";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path.ToUriComponent()}{QueryString.Create(query)}";
        return Task.CompletedTask;
    }

    private static async Task<RedirectHttpResult> LogOutAsync(
        HttpContext context,
        IAntiforgery forgery,
        SessionService sessions,
        CancellationToken cancel
    )
    {
        if (context.User is { Identity.IsAuthenticated: true } principal)
        {
            // An old tab's form is no longer valid, but its browser says that the click was made here.
            if (!await forgery.IsRequestValidAsync(context) && context.Request.Headers["Sec-Fetch-Site"] != "same-origin")
            {
                return TypedResults.LocalRedirect(Urls.Home); // Still signed in: the menu there has a form that is valid.
            }

            await sessions.EndAsync(principal.UserId()!.Value, principal.SessionId()!.Value, cancel);
            await context.SignOutAsync(Schemes.Session);
        }

        return TypedResults.LocalRedirect($"{Urls.LogIn}?left=1");
    }
}
