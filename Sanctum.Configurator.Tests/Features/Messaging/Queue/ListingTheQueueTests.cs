using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Queue;

public sealed class ListingTheQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_somebody_who_was_merged_wrote_is_listed_under_the_name_of_the_other(TestDatabase database)
    {
        await using var world = await MessagingWorld.CreateAsync(database);
        var (kept, gone) = (
            await world.AcceptedAsync(world.From("1", "hello") with { DisplayName = "Countess" }),
            await world.AcceptedAsync(world.From("2", "hello") with { DisplayName = "A. L." })
        );
        await using (var registry = world.Registry.Open())
        {
            await registry
                .LettaUsers.Where(u => u.Id == gone.PersonId)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.MergedInto, kept.PersonId), Cancel);
        }

        var rows = await world.CallAsync((QueueReader reader) => reader.PageAsync(new(), new(0, 50), Cancel));

        Assert.Equal([("Countess", kept.PersonId), ("Countess", kept.PersonId)], rows.Items.Select(r => (r.Person!, r.PersonId!.Value)));
    }
}
