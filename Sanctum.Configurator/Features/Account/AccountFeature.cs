using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>Signing in and out, sessions, set-up; and who the caller is, for everything else.</summary>
public static class AccountFeature
{
    public static IServiceCollection AddAccount(this IServiceCollection services)
    {
        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section)
            .Validate(o => o.Idle <= o.Absolute, "Sessions:Idle must not be longer than Sessions:Absolute.").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SessionOptions>, SessionOptionsValidator>());
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

    /// <summary>Who calls, how often, and whether he may. After the headers, before the endpoints.</summary>
    public static IApplicationBuilder UseAccount(this IApplicationBuilder app) => app
        .UseAuthentication()
        .Use((context, next) =>
        {
            var services = context.RequestServices;
            services.GetRequiredService<CurrentUser>().Principal = context.User;
            services.GetRequiredService<CurrentActor>().Value = context.User.ToActor(context.Place());
            return next(context);
        })
        .UseRateLimiter()
        .UseAuthorization()
        .UseAntiforgery();

    public static IEndpointRouteBuilder MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Urls.LogOut, LogOutAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPut("/api/me/password", async (OwnPasswordForm form, OwnPasswordService service, CancellationToken cancel) =>
            Answers.Of(await service.ChangeAsync(form, cancel), _ => TypedResults.NoContent()))
            .RequireAuthorization(Policies.SignedIn).WithTags("Users")
            .WithSummary("Changes the password of the key's owner, who proves himself by the present one, and signs him out everywhere")
            .Produces(StatusCodes.Status204NoContent).ProducesValidationProblem();
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
        services.AddIdentityCore<User>(identity =>
        {
            identity.Lockout.MaxFailedAccessAttempts = PasswordTries.Allowed;
            identity.Lockout.DefaultLockoutTimeSpan = PasswordTries.LockedFor;
            identity.User.RequireUniqueEmail = false;

            // PasswordRules judges; kinds of characters are not asked for.
            identity.Password = new() { RequiredLength = 1, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false };
        }).AddEntityFrameworkStores<RegistryDbContext>().AddPasswordValidator<PasswordRuleValidator>();
    }

    private static void AddSignIn(this IServiceCollection services)
    {
        services.AddAuthentication(Schemes.ByPath)
            .AddPolicyScheme(Schemes.ByPath, null, scheme => scheme.ForwardDefaultSelector = context => Schemes.IsApi(context.Request.Path) ? Schemes.ApiKey : Schemes.Session)
            .AddCookie(Schemes.Session, SessionCookie.Configure);
        services.AddAuthorization(Policies.AddTo);
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = "sanctum_forgery";
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddRateLimiter(SignInLimit.Configure);
        services.AddScoped<CurrentUser>();
        services.AddScoped<SessionCookie>();
        services.AddScoped<SessionService>();
        services.AddSingleton<HashOfNobody>();
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

    private static async Task<IResult> LogOutAsync(HttpContext context, IAntiforgery forgery, SessionService sessions, CancellationToken cancel)
    {
        if (context.User is { Identity.IsAuthenticated: true } principal)
        {
            if (!await forgery.IsRequestValidAsync(context))
            {
                return Results.Problem("The form was too old. Go back, load the page again and sign out there.", statusCode: StatusCodes.Status400BadRequest);
            }

            await sessions.EndAsync(principal.UserId()!.Value, principal.SessionId()!.Value, cancel);
            await context.SignOutAsync(Schemes.Session);
        }

        return Results.LocalRedirect($"{Urls.LogIn}?left=1");
    }
}
