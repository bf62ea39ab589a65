using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;

namespace Sanctum.Configurator.Features.McpEndpoint.Operations;

/// <summary>
/// Which operations agents get: those whose description says that they take JSON or nothing and answer with JSON or nothing, that ask for
/// permissions, and for none by which somebody gets in or data gets out; and not those that are for people only. So there are no streams,
/// files and uploads among them, no secrets in the clear, nothing of users, keys, passwords and restoring; and whatever is new and says
/// nothing of itself is left out.
/// </summary>
internal static class OperationRule
{
    private const string Json = "application/json";

    private static readonly HashSet<string> Withheld =
    [
        Policies.RevealSecrets,
        Policies.ManageUsers,
        Policies.ManageKeys,
        Policies.DownloadBackups,
        Policies.RestoreBackups,
    ];

    public static bool IsOffered(OpenApiOperation operation, Endpoint endpoint) =>
        TakesJson(operation)
        && AnswersJson(operation)
        && endpoint.Metadata.GetMetadata<ForPeopleOnly>() is null
        && PermissionsOf(endpoint) is { } permissions
        && !permissions.Any(Withheld.Contains);

    /// <summary>Null where it asks for something else than permissions.</summary>
    public static IReadOnlyList<string>? PermissionsOf(Endpoint endpoint)
    {
        var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(asked => asked.Policy).Distinct().ToList();
        return policies.Count > 0 && policies.TrueForAll(policy => policy == Policies.SignedIn || Permissions.All.Contains(policy))
            ? [.. policies.OfType<string>().Where(policy => policy != Policies.SignedIn)]
            : null;
    }

    private static bool TakesJson(OpenApiOperation operation) =>
        operation.RequestBody?.Content is not { Count: > 0 } bodies || bodies.Keys.All(type => type == Json);

    private static bool AnswersJson(OpenApiOperation operation)
    {
        var done = (operation.Responses ?? []).Where(response => response.Key.StartsWith('2')).ToList();
        return done.Count > 0
            && done.TrueForAll(response => (response.Value.Content ?? Nothing).Keys.All(type => type == Json))
            && done.Exists(response => response.Value.Content is { Count: > 0 } || response.Key is "202" or "204");
    }

    private static readonly Dictionary<string, OpenApiMediaType> Nothing = [];
}
