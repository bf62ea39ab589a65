using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

internal static class NotificationEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var notifications = routes.MapGroup("/api/notifications").RequireAuthorization(Policies.ReadRegistry).WithTags("Notifications");
        notifications
            .MapGet("/", ListAsync)
            .WithSummary(
                "Lists notifications, newest first; state is all, unread, open or resolved; level is the lowest level; sorted by last_at, level or occurrences"
            )
            .Produces<PageOf<NotificationRow>>()
            .ProducesValidationProblem();
        notifications
            .MapGet("/unread", (NotificationService service, CancellationToken cancel) => service.UnreadAsync(cancel))
            .WithSummary("The number of unread notifications and their highest level");
        notifications
            .MapGet(
                "/{id:int}",
                async (int id, NotificationService service, CancellationToken cancel) =>
                    await service.FindAsync(id, cancel) is { } view ? TypedResults.Ok(view) : (IResult)Answers.NotFound()
            )
            .WithSummary("A notification and where it was sent")
            .Produces<NotificationView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        notifications
            .MapPost(
                "/{id:int}/read",
                async (int id, NotificationService service, CancellationToken cancel) =>
                    Answers.Of(await service.ReadAsync(id, cancel), TypedResults.Ok)
            )
            .WithSummary("Marks a notification as read, for everybody")
            .Produces<NotificationRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        notifications
            .MapPost(
                "/read",
                async (NotificationService service, CancellationToken cancel, int? upTo = null) =>
                    Answers.Of(await service.ReadAllAsync(upTo, cancel), TypedResults.Ok)
            )
            .WithSummary("Marks all notifications as read, for everybody; with upTo only those up to this id")
            .Produces<UnreadState>();
    }

    public static void MapChannels(IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/api/notification-channels").RequireAuthorization(Policies.ReadRegistry).WithTags("Notifications");
        channels
            .MapGet("/", (ChannelService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the notification channels, without secrets");
        channels
            .MapGet("/{id:int}", FindAsync)
            .WithSummary("A channel; the ETag is its version")
            .Produces<ChannelRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        channels
            .MapPost("/", CreateAsync)
            .Writes("Adds a channel; with dryRun=true only returns what it would be")
            .Produces<ChannelRow>(StatusCodes.Status201Created);
        channels
            .MapPut("/{id:int}", SaveAsync)
            .Writes("Changes a channel; If-Match names the version that was read; with dryRun=true only returns what it would be")
            .Produces<ChannelRow>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        channels
            .MapDelete("/{id:int}", DeleteAsync)
            .Writes("Deletes a channel and its pending notifications; with dryRun=true only returns what would be deleted")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        channels
            .MapPost(
                "/test",
                async (ChannelForm form, ChannelService service, CancellationToken cancel) =>
                    Answers.Of(await service.TestAsync(form, cancel), TypedResults.Ok)
            )
            .Writes("Sends a test with unsaved channel settings; omitted secrets are taken from the channel with the given id")
            .Produces<SendVerdict>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        channels
            .MapPost(
                "/{id:int}/test",
                async (int id, ChannelService service, CancellationToken cancel) =>
                    Answers.Of(await service.TestAsync(id, cancel), TypedResults.Ok)
            )
            .Writes("Sends a test notification through a channel")
            .Produces<SendVerdict>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary).ProducesValidationProblem();

    private static async Task<IResult> ListAsync(
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
    )
    {
        var (scope, least) = (EnumText<NotificationScope>.Find(state ?? "all"), EnumText<NoticeLevel>.Find(level ?? "info"));
        if (scope is null || least is null)
        {
            return Answers.Refused(
                new Dictionary<string, string>
                {
                    [scope is null ? nameof(state) : nameof(level)] = scope is null
                        ? "The state must be all, unread, open or resolved."
                        : "The level must be info, warning or error.",
                }
            );
        }

        return TypedResults.Ok(
            await service.PageAsync(
                new(scope.Value, least, source),
                new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, desc, q),
                cancel
            )
        );
    }

    private static async Task<IResult> FindAsync(int id, ChannelService service, HttpContext context, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } row
            ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row))
            : Answers.NotFound();

    private static async Task<IResult> CreateAsync(
        ChannelForm form,
        ChannelService service,
        HttpContext context,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        (form.Id, form.Version) = (null, 0);
        return Answers.Of(
            await service.SaveAsync(form, dryRun, cancel),
            row =>
                dryRun
                    ? TypedResults.Ok(row)
                    : Answers.WithVersion(context, row.Version, TypedResults.Created($"/api/notification-channels/{row.Id}", row))
        );
    }

    private static async Task<IResult> SaveAsync(
        int id,
        ChannelForm form,
        ChannelService service,
        HttpContext context,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        (form.Id, form.Version) = (id, version);
        return Answers.Of(
            await service.SaveAsync(form, dryRun, cancel),
            row => dryRun ? TypedResults.Ok(row) : Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
            row => row
        );
    }

    private static async Task<IResult> DeleteAsync(
        int id,
        ChannelService service,
        HttpRequest request,
        CancellationToken cancel,
        bool dryRun = false
    ) =>
        Answers.Of(
            await service.DeleteAsync(id, Answers.VersionIn(request), dryRun, cancel),
            row => dryRun ? TypedResults.Ok(row) : TypedResults.NoContent(),
            row => row
        );
}
