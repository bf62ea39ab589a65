using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Users;

internal static class UserEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var users = routes.MapLazyGroup("/api/users").RequireAuthorization(Policies.ManageUsers).WithTags("Users");
        users.MapGet("/", (UserService service, CancellationToken cancel) => service.ListAsync(cancel)).WithSummary("All users");
        users
            .MapPost(
                "/",
                async (UserForm form, UserService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/users/{row.Id}");
                }
            )
            .WithSummary("Adds a user");
        users
            .MapGet(
                "/{id:int}",
                async (int id, UserService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A user; the ETag is the version");
        users
            .MapPut(
                "/{id:int}",
                async (int id, UserForm form, NeededIfMatch seen, UserService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .WithSummary("Changes a user; If-Match names the version that was read");
        users
            .MapDelete(
                "/{id:int}",
                async (int id, UserService service, CancellationToken cancel, bool withConversations = false) =>
                    Answers.Deleted(await service.DeleteAsync(id, cancel, withConversations))
            )
            .WithSummary(
                "Deletes a user with their sessions and API keys; the history keeps the name. Their conversations and generated code are kept, to be given to somebody else, or with withConversations=true deleted too"
            );
        users
            .MapGet(
                "/{id:int}/belongings",
                async (int id, LeftBehind left, CancellationToken cancel) => Answers.Found(await left.OfAsync(id, cancel))
            )
            .WithSummary("What is left of a user who is deleted: conversations and generated code");
        users
            .MapPost(
                "/{id:int}/password",
                async (int id, PasswordForm form, UserService service, CancellationToken cancel) =>
                    Answers.Of(await service.ResetPasswordAsync(id, form, cancel))
            )
            .WithSummary("Resets a user's password and signs them out everywhere");
        users
            .MapPost(
                "/{id:int}/sign-out",
                async (int id, UserService service, CancellationToken cancel) =>
                    Answers.Of(await service.SignOutEverywhereAsync(id, cancel))
            )
            .WithSummary("Signs a user out everywhere");
    }
}
