using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>
/// The cookie carries the session's token and the user's security stamp, nothing else. Who the user is and what he may do is read from
/// the registry at every request.
/// </summary>
internal sealed class SessionCookie(SessionService sessions, TimeProvider clock) : CookieAuthenticationEvents
{
    public const string CookieName = "sanctum_session";

    /// <summary>The user's security stamp as it was when the session began.</summary>
    public const string StampClaim = "stamp";

    /// <summary>The user's version to which this principal was made.</summary>
    public const string VersionClaim = "user_version";

    private const string TokenClaim = "token";

    public static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = CookieName;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.IsEssential = true;
        cookie.SlidingExpiration = false;
        cookie.LoginPath = Urls.LogIn;
        cookie.LogoutPath = Urls.LogOut;
        cookie.AccessDeniedPath = Urls.Forbidden;
        cookie.ReturnUrlParameter = "returnUrl";
        cookie.EventsType = typeof(SessionCookie);
    }

    /// <summary>Begins a session for this user and gives the browser its cookie.</summary>
    public static async Task SignInAsync(HttpContext context, User user)
    {
        var services = context.RequestServices;
        var address = context.Place();
        services.GetRequiredService<CurrentUser>().Actor = new(user.UserName!, address, user.Id);
        var (token, expiresAt) = await services
            .GetRequiredService<SessionService>()
            .BeginAsync(user.Id, address, context.Request.Headers.UserAgent, context.RequestAborted);
        await GiveAsync(context, new(token, user.SecurityStamp ?? "", expiresAt));
    }

    /// <summary>Gives the browser the cookie of this session, in place of the one it had.</summary>
    public static async Task GiveAsync(HttpContext context, SessionTicket ticket)
    {
        var identity = new ClaimsIdentity([new(TokenClaim, ticket.Token), new(StampClaim, ticket.Stamp)], Schemes.Session);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        await context.SignInAsync(Schemes.Session, new(identity), new() { ExpiresUtc = ticket.ExpiresAt, IssuedUtc = now });
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var cancel = context.HttpContext.RequestAborted;
        var session = context.Principal?.FindFirstValue(TokenClaim) is { } token ? await sessions.FindAsync(token, cancel) : null;
        if (session is null || (session.Stamp ?? "") != context.Principal?.FindFirstValue(StampClaim))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Schemes.Session);
            return;
        }

        // The circuit's own transport tells apart what the person does from what the page does by itself; see PersonActivity.
        if (!context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            await sessions.SeeAsync(session.Id, clock.GetUtcNow(), cancel);
        }

        context.ReplacePrincipal(session.ToPrincipal());
    }

    /// <summary>Whoever brings a cookie that is not, or no longer, accepted had a session, and is told that it has ended.</summary>
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.Cookies.ContainsKey(CookieName))
        {
            context.RedirectUri += Urls.SessionEnded;
        }

        return base.RedirectToLogin(context);
    }
}
