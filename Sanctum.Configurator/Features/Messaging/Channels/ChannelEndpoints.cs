using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.Channels;

internal static class ChannelEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var channels = routes.MapLazyGroup("/api/channels").RequireAuthorization(Policies.ReadMessages).WithTags("Channels");
        channels
            .MapGet(
                "/",
                (
                    [AsParameters] PageQuery query,
                    ChannelReader reader,
                    CancellationToken cancel,
                    string? platform = null,
                    [FromQuery(Name = "agent_id")] int? agentId = null
                ) => reader.PageAsync(new(platform, agentId), query.Page, cancel)
            )
            .WithSummary("Lists channels without their secrets; sort is name, platform or last_contact");
        channels
            .MapGet(
                "/{id:int}",
                async (int id, ChannelReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A channel; the ETag is its version");
        channels
            .MapPost(
                "/",
                async (ChannelForm form, ChannelService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/channels/{row.Id}");
                }
            )
            .Writes("Adds a channel")
            .OffersDryRun();
        channels
            .MapPut(
                "/{id:int}",
                async (int id, ChannelForm form, NeededIfMatch seen, ChannelService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .Writes("Changes a channel; If-Match names the version that was read")
            .OffersDryRun();
        channels
            .MapDelete(
                "/{id:int}",
                async (int id, IfMatch seen, ChannelService service, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .Writes("Deletes a channel and what waits to be sent by it; messages stay")
            .OffersDryRun();
        MapActs(channels);
    }

    private static void MapActs(LazyGroup channels)
    {
        MapSwitch(channels, "pause", isEnabled: false);
        MapSwitch(channels, "resume", isEnabled: true);
        channels
            .MapPost(
                "/{id:int}/retry",
                async (int id, ChannelService service, CancellationToken cancel) => Answers.Of(await service.TryNowAsync(id, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary("Reads the platform now, where it was to be tried again later")
            .OffersDryRun();
        channels
            .MapPost(
                "/test",
                async (ChannelForm form, ChannelTesting tests, CancellationToken cancel) => Answers.Of(await tests.TestAsync(form, cancel))
            )
            .Writes("Tests unsaved channel settings; an omitted secret is taken from the channel with the given id")
            .WritesNothing();
        channels
            .MapPost(
                "/{id:int}/test",
                async (int id, ChannelTesting tests, CancellationToken cancel) => Answers.Of(await tests.TestAsync(id, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary("Tests whether the channel's platform can be talked to; nobody is sent anything")
            .WritesNothing();
    }

    private static void MapSwitch(LazyGroup channels, string act, bool isEnabled) =>
        channels
            .MapPost(
                $"/{{id:int}}/{act}",
                async (int id, IfMatch seen, ChannelService service, CancellationToken cancel) =>
                    Answers.Of(await service.EnableAsync(id, isEnabled, seen.Version, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary(isEnabled ? "Lets a paused channel go on" : "Pauses a channel: nothing is read, and what is to be sent waits")
            .OffersDryRun();

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.ManageMessages).WithSummary(summary);
}
