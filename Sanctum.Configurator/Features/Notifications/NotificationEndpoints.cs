using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

internal static class NotificationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var notifications = routes.MapLazyGroup("/api/notifications").RequireAuthorization(Policies.ReadRegistry).WithTags("Notifications");
        notifications
            .MapGet("/", ListAsync)
            .WithSummary(
                "Lists notifications, newest first; state is all, unread, open or resolved; level is the lowest level; sorted by last_at, level or occurrences"
            );
        notifications
            .MapGet("/unread", (NotificationService service, CancellationToken cancel) => service.UnreadAsync(cancel))
            .WithSummary("The number of unread notifications and their highest level");
        notifications
            .MapGet(
                "/{id:int}",
                async (int id, NotificationService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A notification and where it was sent");
        notifications
            .MapPost(
                "/{id:int}/read",
                async (int id, NotificationService service, CancellationToken cancel) => Answers.Of(await service.ReadAsync(id, cancel))
            )
            .WithSummary("Marks a notification as read, for everybody");
        notifications
            .MapPost(
                "/read",
                async (NotificationService service, CancellationToken cancel, int? upTo = null) =>
                    Answers.Of(await service.ReadAllAsync(upTo, cancel))
            )
            .WithSummary("Marks all notifications as read, for everybody; with upTo only those up to this id");
    }

    public static void MapChannels(IEndpointRouteBuilder routes)
    {
        var channels = routes
            .MapLazyGroup("/api/notification-channels")
            .RequireAuthorization(Policies.ReadRegistry)
            .WithTags("Notifications");
        channels
            .MapGet("/", (ChannelService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the notification channels, without secrets");
        channels
            .MapGet(
                "/{id:int}",
                async (int id, ChannelService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A channel; the ETag is its version");
        channels
            .MapPost(
                "/",
                async (ChannelForm form, ChannelService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(
                        await service.SaveAsync(form, dryRun, cancel),
                        dryRun,
                        row => $"/api/notification-channels/{row.Id}"
                    );
                }
            )
            .Writes("Adds a channel; with dryRun=true only returns what it would be");
        channels
            .MapPut(
                "/{id:int}",
                async (
                    int id,
                    ChannelForm form,
                    NeededIfMatch seen,
                    ChannelService service,
                    CancellationToken cancel,
                    bool dryRun = false
                ) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, dryRun, cancel));
                }
            )
            .Writes("Changes a channel; If-Match names the version that was read; with dryRun=true only returns what it would be");
        channels
            .MapDelete("/{id:int}", DeleteAsync)
            .Writes("Deletes a channel and its pending notifications; with dryRun=true only returns what would be deleted");
        channels
            .MapPost(
                "/test",
                async (ChannelForm form, ChannelService service, CancellationToken cancel) =>
                    Answers.Of(await service.TestAsync(form, cancel))
            )
            .Writes("Sends a test with unsaved channel settings; omitted secrets are taken from the channel with the given id")
            .ProducesProblem(StatusCodes.Status404NotFound);
        channels
            .MapPost(
                "/{id:int}/test",
                async (int id, ChannelService service, CancellationToken cancel) => Answers.Of(await service.TestAsync(id, cancel))
            )
            .Writes("Sends a test notification through a channel");
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary);

    private static async Task<Results<Shown<PageOf<NotificationRow>>, ValidationProblem>> ListAsync(
        NotificationService service,
        CancellationToken cancel,
        string? q = null,
        string? state = null,
        string? level = null,
        string? source = null,
        string? sort = null,
        bool desc = true,
        int skip = 0,
        int take = 50
    ) =>
        EnumText<NotificationScope>.Find(state ?? "all") is not { } scope
            ? Answers.Refused("state", "The state must be all, unread, open or resolved.")
        : EnumText<NoticeLevel>.Find(level ?? "info") is not { } least
            ? Answers.Refused("level", "The level must be info, warning or error.")
        : Answers.Show(await service.PageAsync(new(scope, least, source), PageQuery.Of(skip, take, sort, desc, q), cancel));

    private static async Task<Results<Answer<Shown<ChannelRow>>, Answer<NoContent>>> DeleteAsync(
        int id,
        IfMatch seen,
        ChannelService service,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        var deleted = await service.DeleteAsync(id, seen.Version, dryRun, cancel);
        return dryRun ? Answers.Of(deleted) : Answers.Deleted(deleted);
    }
}
