using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Tests.Platform.Work;

public sealed class GroupedWritesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_while_a_group_is_written_goes_into_the_next_one_together()
    {
        var (groups, gate) = (new List<int>(), new TaskCompletionSource());
        var writes = new GroupedWrites<Waiting>(
            3,
            async group =>
            {
                groups.Add(group.Count);
                await gate.Task;
                group.ToList().ForEach(one => one.Written.TrySetResult());
            }
        );
        var first = writes.WriteAsync(new(), Cancel);
        var others = Enumerable.Range(0, 7).Select(_ => writes.WriteAsync(new(), Cancel)).ToList();

        Assert.DoesNotContain(others, task => task.IsCompleted);
        gate.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(8, groups.Sum());
        Assert.All(groups, count => Assert.InRange(count, 1, 3));
    }

    [Fact]
    public async Task A_group_that_fails_fails_those_in_it_and_the_next_one_is_written()
    {
        var fails = true;
        var writes = new GroupedWrites<Waiting>(
            10,
            group =>
            {
                if (fails)
                {
                    throw new IOException("The disk is full.");
                }

                group.ToList().ForEach(one => one.Written.TrySetResult());
                return Task.CompletedTask;
            }
        );

        await Assert.ThrowsAsync<IOException>(() => writes.WriteAsync(new(), Cancel));
        fails = false;
        await writes.WriteAsync(new(), Cancel);
    }

    [Fact]
    public async Task Whoever_goes_away_is_not_waited_for_and_keeps_nobody_waiting()
    {
        using var gone = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        var writes = new GroupedWrites<Waiting>(
            10,
            async group =>
            {
                await gate.Task;
                group.ToList().ForEach(one => one.Written.TrySetResult());
            }
        );
        var own = writes.WriteAsync(new(), gone.Token);
        var other = writes.WriteAsync(new(), Cancel);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => own);
        gate.SetResult();
        await other;
    }

    private sealed class Waiting : IWaiting
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Settled => Written.Task;

        public void Fail(Exception problem) => Written.TrySetException(problem);
    }
}
