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
            async waiting =>
            {
                List<Waiting> group = [.. waiting];
                groups.Add(group.Count);
                await gate.Task;
                group.ForEach(one => one.Written.TrySetResult());
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
    public async Task One_that_fails_keeps_no_other_of_its_group_out_and_none_is_kept_twice()
    {
        var (kept, parted, gate) = (new List<string>(), new List<int>(), new TaskCompletionSource());
        var writes = new GroupedWrites<Waiting>(
            10,
            async waiting =>
            {
                List<Waiting> group = [.. waiting];
                await gate.Task;
                foreach (var one in group)
                {
                    if (one.Name == "bad")
                    {
                        throw new InvalidOperationException();
                    }

                    kept.Add(one.Name);
                    one.Written.TrySetResult();
                }
            },
            (_, count) => parted.Add(count)
        );
        var first = writes.WriteAsync(new("first"), Cancel);
        List<Task> others =
        [
            writes.WriteAsync(new("a"), Cancel),
            writes.WriteAsync(new("bad"), Cancel),
            writes.WriteAsync(new("b"), Cancel),
        ];

        gate.SetResult();
        await Task.WhenAll(first, others[0], others[2]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => others[1]);
        Assert.Equal(["a", "b", "first"], kept.Order());
        Assert.Single(parted);
    }

    [Fact]
    public async Task What_comes_while_a_group_is_gone_through_is_of_the_group()
    {
        var groups = new List<int>();
        Task? late = null;
        GroupedWrites<Waiting>? writes = null;
        writes = new(
            10,
            waiting =>
            {
                var group = new List<Waiting>();
                foreach (var one in waiting)
                {
                    group.Add(one);
                    late ??= writes!.WriteAsync(new("late"), Cancel);
                }

                groups.Add(group.Count);
                group.ForEach(one => one.Written.TrySetResult());
                return Task.CompletedTask;
            }
        );

        await writes.WriteAsync(new("early"), Cancel);
        await late!;

        Assert.Equal([2], groups);
    }

    [Fact]
    public async Task Whoever_goes_away_is_not_waited_for_and_keeps_nobody_waiting()
    {
        using var gone = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        var writes = new GroupedWrites<Waiting>(
            10,
            async waiting =>
            {
                List<Waiting> group = [.. waiting];
                await gate.Task;
                group.ForEach(one => one.Written.TrySetResult());
            }
        );
        var own = writes.WriteAsync(new(), gone.Token);
        var other = writes.WriteAsync(new(), Cancel);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => own);
        gate.SetResult();
        await other;
    }

    private sealed class Waiting(string name = "") : IWaiting
    {
        public string Name => name;

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Settled => Written.Task;

        public void Fail(Exception problem) => Written.TrySetException(problem);
    }
}
