using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ApiKeys;

internal static class ApiKeyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/api-keys").RequireAuthorization(Policies.ManageKeys).WithTags("API keys");
        keys.MapGet("/", (ApiKeyService service, CancellationToken cancel) => service.ListAsync(cancel)).WithSummary("The caller's keys");
        keys.MapPost(
                "/",
                async (ApiKeyForm form, ApiKeyService service, CancellationToken cancel) =>
                    Answers.Of(await service.CreateAsync(form, cancel), made => TypedResults.Created($"/api/api-keys/{made.Row.Id}", made))
            )
            .WithSummary("Creates a key; the key itself is only in this response")
            .Produces<MadeApiKey>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        keys.MapDelete(
                "/{id:int}",
                async (int id, ApiKeyService service, CancellationToken cancel) =>
                    Answers.Of(await service.RevokeAsync(id, cancel), _ => TypedResults.NoContent())
            )
            .WithSummary("Revokes a key")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
