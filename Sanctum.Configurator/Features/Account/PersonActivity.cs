using Microsoft.AspNetCore.SignalR;

namespace Sanctum.Configurator.Features.Account;

/// <summary>
/// Tells what a person does in a circuit from what the page does by itself. Only the former keeps a session from being idle: a page that
/// shows live values acknowledges its renderings for ever.
/// </summary>
internal sealed class PersonActivity(LiveSessions live) : IHubFilter
{
    private static readonly HashSet<string> ByPerson = ["BeginInvokeDotNetFromJS", "OnLocationChanged", "OnLocationChanging"];

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (ByPerson.Contains(invocationContext.HubMethodName) && invocationContext.Context.User?.SessionId() is { } session)
        {
            live.See(session);
        }

        return next(invocationContext);
    }
}
