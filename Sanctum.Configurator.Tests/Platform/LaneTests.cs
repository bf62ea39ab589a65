using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class LaneTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_after_the_other_goes_through_in_the_order_in_which_they_came()
    {
        var lane = new Lane();
        var (first, second, third) = (lane.EnterAsync(Cancel), lane.EnterAsync(Cancel), lane.EnterAsync(Cancel));

        Assert.Equal((true, false, false), (first.IsCompleted, second.IsCompleted, third.IsCompleted));
        (await first).Dispose();
        using (await second)
        {
            Assert.False(third.IsCompleted);
        }

        (await third).Dispose();
        (await lane.EnterAsync(Cancel)).Dispose();
    }

    [Fact]
    public async Task Whoever_gives_up_lets_nobody_pass_those_before()
    {
        var lane = new Lane();
        using var limit = new CancellationTokenSource();
        var (first, second, third) = (await lane.EnterAsync(Cancel), lane.EnterAsync(limit.Token), lane.EnterAsync(Cancel));

        await limit.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }
}
