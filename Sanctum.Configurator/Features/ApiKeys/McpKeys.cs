using System.Security.Claims;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>What agents may do with a key.</summary>
public static class McpKeys
{
    public static McpWrites McpWrites(this ClaimsPrincipal principal) =>
        EnumText<McpWrites>.Find(principal.FindFirstValue(PersonClaims.McpWrites)) ?? Registry.Users.McpWrites.None;
}
