using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>What deleted users left: conversations, code, memories, preferences; the service asks whoever comes for every permission.</summary>
internal static class LeftEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var left = routes.MapLazyGroup("/api/left-conversations").RequireAuthorization(Policies.ManageUsers).WithTags("Conversations");
        left.MapGet("/", (LeftConversations service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("What deleted users left: how many conversations, blocks of code and memories, and whether there are preferences");
        left.MapGet("/{owner}/file", FileAsync).WithSummary("All that a deleted user left as a file; its conversations can be imported");
        left.MapPost(
                "/{owner}/give",
                async (string owner, GiveForm form, LeftConversations service, CancellationToken cancel) =>
                    Answers.Of(await service.GiveAsync(owner, form, cancel))
            )
            .WithSummary("Gives what a deleted user left to another user; preferences stay where that one has some")
            .CannotBeTried();
        left.MapDelete(
                "/{owner}",
                async (string owner, LeftConversations service, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(owner, cancel))
            )
            .WithSummary("Deletes what a deleted user left, for good")
            .CannotBeTried();
        routes
            .MapLazyGroup()
            .MapGet(Urls.LeftConversationFiles, FileAsync)
            .RequireAuthorization(Policies.ManageUsers)
            .ForPeopleOnly()
            .ExcludeFromDescription();
    }

    private static async Task<Results<PushStreamHttpResult, Missing>> FileAsync(
        string owner,
        LeftConversations service,
        CancellationToken cancel
    ) =>
        await service.HasAsync(owner, cancel)
            ? TypedResults.Stream(to => service.WriteAsync(owner, to, cancel), "application/json", $"left-{NameOf(owner)}.json")
            : new Missing();

    private static string NameOf(string owner) =>
        string.Concat(owner.Take(60).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
}
