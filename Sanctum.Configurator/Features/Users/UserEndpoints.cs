using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Users;

internal static class UserEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/api/users").RequireAuthorization(Policies.ManageUsers).WithTags("Users");
        users.MapGet("/", (UserService service, CancellationToken cancel) => service.ListAsync(cancel)).WithSummary("All users");
        users
            .MapPost("/", CreateAsync)
            .WithSummary("Adds a user")
            .Produces<UserRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        users
            .MapGet("/{id:int}", FindAsync)
            .WithSummary("A user; the ETag is the version")
            .Produces<UserRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        users
            .MapPut("/{id:int}", SaveAsync)
            .WithSummary("Changes a user; If-Match names the version that was read")
            .Produces<UserRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        users
            .MapDelete(
                "/{id:int}",
                async (int id, UserService service, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, cancel), _ => TypedResults.NoContent())
            )
            .WithSummary("Deletes a user with their sessions and API keys; the history keeps the name")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        users
            .MapPost(
                "/{id:int}/password",
                async (int id, PasswordForm form, UserService service, HttpContext context, CancellationToken cancel) =>
                    Answers.Of(await service.ResetPasswordAsync(id, form, cancel), row => Versioned(context, row))
            )
            .WithSummary("Resets a user's password and signs them out everywhere")
            .Produces<UserRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        users
            .MapPost(
                "/{id:int}/sign-out",
                async (int id, UserService service, HttpContext context, CancellationToken cancel) =>
                    Answers.Of(await service.SignOutEverywhereAsync(id, cancel), row => Versioned(context, row))
            )
            .WithSummary("Signs a user out everywhere")
            .Produces<UserRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(UserForm form, UserService service, HttpContext context, CancellationToken cancel)
    {
        (form.Id, form.Version) = (null, 0);
        return Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Created($"/api/users/{row.Id}", row))
        );
    }

    private static async Task<IResult> FindAsync(int id, UserService service, HttpContext context, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } row ? Versioned(context, row) : Answers.NotFound();

    private static async Task<IResult> SaveAsync(int id, UserForm form, UserService service, HttpContext context, CancellationToken cancel)
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        (form.Id, form.Version) = (id, version);
        return Answers.Of(await service.SaveAsync(form, cancel), row => Versioned(context, row), row => row);
    }

    private static IResult Versioned(HttpContext context, UserRow row) => Answers.WithVersion(context, row.Version, TypedResults.Ok(row));
}
