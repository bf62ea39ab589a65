using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Sanctum.Configurator.Features.Account;

/// <summary>
/// Who is signed in, for components. In a circuit it follows the session: rights change, and the session ends, while the page is open.
/// </summary>
internal sealed class SessionAuthenticationState : ServerAuthenticationStateProvider
{
    public void Become(ClaimsPrincipal principal) => SetAuthenticationState(Task.FromResult(new AuthenticationState(principal)));
}

/// <summary>Binds a circuit to its session: names the actor, enters it among the live ones, and shuts it when the session ends.</summary>
internal sealed class SessionCircuit(
    AuthenticationStateProvider authentication,
    LiveSessions live,
    CurrentUser user,
    NavigationManager navigation
) : CircuitHandler
{
    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    private IDisposable? _stay;
    private bool _isEnded;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var principal = (await authentication.GetAuthenticationStateAsync()).User;
        user.Become(principal);
        if (principal.SessionId() is { } session)
        {
            var version = int.Parse(principal.FindFirstValue(SessionCookie.VersionClaim)!, CultureInfo.InvariantCulture);
            _stay = live.Enter(new(session, principal.FindFirstValue(SessionCookie.StampClaim)!, version, RefreshAsync, EndAsync));
        }
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_isEnded)
        {
            Leave();
        }

        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _stay?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Whatever comes from the browser after the end reaches no component.</summary>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next
    ) =>
        context =>
        {
            if (!_isEnded)
            {
                return next(context);
            }

            Leave();
            return Task.CompletedTask;
        };

    private Task RefreshAsync(ClaimsPrincipal principal)
    {
        user.Become(principal);
        ((SessionAuthenticationState)authentication).Become(principal);
        return Task.CompletedTask;
    }

    private Task EndAsync()
    {
        if (!_isEnded)
        {
            _isEnded = true;
            _stay?.Dispose();
            user.Become(Nobody);
            ((SessionAuthenticationState)authentication).Become(Nobody);
            Leave();
        }

        return Task.CompletedTask;
    }

    private void Leave() => navigation.NavigateTo(Urls.LogInAgain("/" + navigation.ToBaseRelativePath(navigation.Uri)), forceLoad: true);
}
