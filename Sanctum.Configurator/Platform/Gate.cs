using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace Sanctum.Configurator.Platform;

/// <summary>Asks again, at the moment of an act, whether the person in front of a page may do it: a page outlives a change of role.</summary>
public sealed class Gate(AuthenticationStateProvider people, IAuthorizationService authorization)
{
    public async Task<bool> AllowsAsync(string policy)
    {
        var state = await people.GetAuthenticationStateAsync();
        return (await authorization.AuthorizeAsync(state.User, policy)).Succeeded;
    }
}
