using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.ApiKeys;

internal static class ApiKeyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var keys = routes.MapLazyGroup("/api/api-keys").RequireAuthorization(Policies.ManageKeys).WithTags("API keys");
        keys.MapGet("/", (ApiKeyService service, CancellationToken cancel) => service.ListAsync(cancel)).WithSummary("The caller's keys");
        keys.MapPost(
                "/",
                async (ApiKeyForm form, ApiKeyService service, CancellationToken cancel) =>
                    Answers.Created(await service.CreateAsync(form, cancel), made => $"/api/api-keys/{made.Row.Id}")
            )
            .WithSummary("Creates a key; the key itself is only in this response");
        keys.MapPut(
                "/{id:int}",
                async (int id, ApiKeyChange change, ApiKeyService service, CancellationToken cancel) =>
                    Answers.Of(await service.ChangeAsync(id, change, cancel))
            )
            .WithSummary("Changes what agents may do with a key by MCP: mcp_writes is none, propose or allowed");
        keys.MapDelete(
                "/{id:int}",
                async (int id, ApiKeyService service, CancellationToken cancel) => Answers.Deleted(await service.RevokeAsync(id, cancel))
            )
            .WithSummary("Revokes a key");
    }
}
