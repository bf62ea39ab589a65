using Polly.Timeout;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class MonitoringTests : IDisposable
{
    private readonly HurryingClock _clock = new();
    private readonly Probing _probing;

    public MonitoringTests() => _probing = new(clock: _clock);

    public void Dispose() => _probing.Dispose();

    [Theory]
    [InlineData(LettaVerdict.Timeout, 1 + LettaMonitorPipeline.Retries)]
    [InlineData(LettaVerdict.Refused, 1 + LettaMonitorPipeline.Retries)]
    [InlineData(LettaVerdict.Unreachable, 1 + LettaMonitorPipeline.Retries)]
    [InlineData(LettaVerdict.ServerError, 1 + LettaMonitorPipeline.Retries)]
    [InlineData(LettaVerdict.RateLimited, 1 + LettaMonitorPipeline.Retries)]
    [InlineData(LettaVerdict.Connected, 1)]
    [InlineData(LettaVerdict.Unauthorized, 1)]
    [InlineData(LettaVerdict.TlsExpired, 1)]
    [InlineData(LettaVerdict.NameNotFound, 1)]
    [InlineData(LettaVerdict.Blocked, 1)]
    public async Task Only_what_may_pass_by_itself_is_tried_again(LettaVerdict verdict, int attempts)
    {
        var pipeline = LettaMonitorPipeline.For(new(new("http://letta.example/"), null, TimeSpan.FromSeconds(30)), _clock);
        var asked = 0;

        var report = await pipeline.ExecuteAsync(
            _ =>
            {
                asked++;
                return ValueTask.FromResult(new LettaReport(verdict, null, null, 0, null, null, "", "", []));
            },
            Probing.Cancel
        );

        Assert.Equal((verdict, attempts), (report.Verdict, asked));
    }

    [Fact]
    public async Task A_server_that_keeps_failing_is_left_alone_and_asked_again_after_the_pause()
    {
        await using var letta = await FakeLetta.StartAsync(FakeLettaMood.Fails);
        var probe = _probing.Get<MonitoredProbe>();
        var target = new LettaTarget(letta.Address, FakeLetta.Password, TimeSpan.FromHours(1));

        await probe.TestAsync(target, Probing.Cancel);
        await probe.TestAsync(target, Probing.Cancel);
        var asked = letta.Requests.Count;
        var paused = await probe.TestAsync(target, Probing.Cancel);

        Assert.Equal(LettaMonitorPipeline.FailuresToPause, asked);
        Assert.Equal(asked, letta.Requests.Count);
        Assert.Equal(LettaVerdict.ServerError, paused.Verdict);
        Assert.Contains("Checks are paused for a while", paused.Message, StringComparison.Ordinal);

        letta.Behaviour = new();
        _clock.Advance(LettaMonitorPipeline.Pause);

        Assert.Equal(LettaVerdict.Connected, (await probe.TestAsync(target, Probing.Cancel)).Verdict);
    }

    [Fact]
    public async Task Another_server_need_not_wait_for_the_pause_of_the_one_before()
    {
        await using var failing = await FakeLetta.StartAsync(FakeLettaMood.Fails);
        await using var well = await FakeLetta.StartAsync();
        var probe = _probing.Get<MonitoredProbe>();
        var target = new LettaTarget(failing.Address, FakeLetta.Password, TimeSpan.FromHours(1));
        await probe.TestAsync(target, Probing.Cancel);
        await probe.TestAsync(target, Probing.Cancel);
        Assert.True((await probe.TestAsync(target, Probing.Cancel)).IsPaused);

        var report = await probe.TestAsync(target with { BaseAddress = well.Address }, Probing.Cancel);

        Assert.Equal((LettaVerdict.Connected, false), (report.Verdict, report.IsPaused));
    }

    [Fact]
    public async Task Coming_back_to_a_server_starts_afresh_as_well()
    {
        await using var failing = await FakeLetta.StartAsync(FakeLettaMood.Fails);
        await using var well = await FakeLetta.StartAsync();
        var probe = _probing.Get<MonitoredProbe>();
        var target = new LettaTarget(failing.Address, FakeLetta.Password, TimeSpan.FromHours(1));
        await probe.TestAsync(target, Probing.Cancel);
        await probe.TestAsync(target, Probing.Cancel);
        await probe.TestAsync(target with { BaseAddress = well.Address }, Probing.Cancel);
        failing.Behaviour = new();

        var report = await probe.TestAsync(target, Probing.Cancel);

        Assert.Equal((LettaVerdict.Connected, false), (report.Verdict, report.IsPaused));
    }

    [Theory]
    [InlineData(30, 120)]
    [InlineData(300, 300)]
    [InlineData(3600, 3600)]
    public async Task A_test_has_the_whole_timeout_and_all_repeats_two_minutes_or_that(int timeoutSeconds, int givenSeconds)
    {
        var clock = new FakeTimeProvider();
        var pipeline = LettaMonitorPipeline.For(new(new("http://letta.example/"), null, TimeSpan.FromSeconds(timeoutSeconds)), clock);
        var token = CancellationToken.None;
        var asking = pipeline
            .ExecuteAsync(
                async (CancellationToken given) =>
                {
                    token = given;
                    return await new TaskCompletionSource<LettaReport>().Task.WaitAsync(given);
                },
                Probing.Cancel
            )
            .AsTask();

        clock.Advance(TimeSpan.FromSeconds(givenSeconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(token.IsCancellationRequested);
        clock.Advance(TimeSpan.FromMilliseconds(501));

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => asking.WaitAsync(Probing.Patience, Probing.Cancel));
    }

    /// <summary>Ends short waits, such as those between retries, at once, and leaves deadlines of minutes alone.</summary>
    private sealed class HurryingClock : TimeProvider
    {
        private static readonly TimeSpan Short = TimeSpan.FromSeconds(20);
        private TimeSpan _ahead;

        public void Advance(TimeSpan time) => _ahead += time;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < Short ? TimeSpan.Zero : dueTime, period);
    }
}
