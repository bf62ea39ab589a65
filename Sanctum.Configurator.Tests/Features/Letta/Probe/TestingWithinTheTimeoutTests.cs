using System.Net;
using System.Net.Sockets;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class TestingWithinTheTimeoutTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Probing _probing;
    private readonly Probing _deafResolver;

    public TestingWithinTheTimeoutTests() => (_probing, _deafResolver) = (new(clock: _clock), new(lookup: NeverAsync, clock: _clock));

    public void Dispose()
    {
        _probing.Dispose();
        _deafResolver.Dispose();
    }

    [Fact]
    public async Task A_resolver_that_never_answers_is_given_up_in_time() =>
        await TimesOutAsync(_deafResolver, new Uri("http://letta.example/"), LettaSteps.NameResolution);

    [Fact]
    public async Task A_connection_that_is_never_taken_is_given_up_in_time()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux keeps silent when a port's queue is full.");
        using var door = new TcpListener(IPAddress.Loopback, 0);
        door.Start(backlog: 1);
        var place = (IPEndPoint)door.LocalEndpoint;
        var queue = Enumerable.Range(0, 8).Select(_ => new TcpClient()).ToList();
        queue.ForEach(waiting => _ = IgnoreEndAsync(waiting.ConnectAsync(place, Probing.Cancel)));

        await TimesOutAsync(_probing, new Uri($"http://127.0.0.1:{place.Port}/"), LettaSteps.Tcp);

        queue.ForEach(waiting => waiting.Dispose());
    }

    [Fact]
    public async Task A_tls_handshake_that_never_answers_is_given_up_in_time()
    {
        await using var silent = RawServer.Silent();

        await TimesOutAsync(_probing, new Uri($"https://localhost:{silent.Port}/"), LettaSteps.Tls);
    }

    [Fact]
    public async Task An_http_answer_that_never_comes_is_given_up_in_time()
    {
        await using var silent = RawServer.Silent();

        await TimesOutAsync(_probing, new Uri($"http://localhost:{silent.Port}/"), LettaSteps.Http);
    }

    [Theory]
    [InlineData(FakeLettaMood.NeverAnswers, LettaSteps.Http)]
    [InlineData(FakeLettaMood.DripsTheBody, LettaSteps.Http)]
    [InlineData(FakeLettaMood.NeverAnswersTheCount, LettaSteps.Authentication)]
    public async Task A_slow_server_is_given_up_in_time(FakeLettaMood mood, string step)
    {
        await using var letta = await FakeLetta.StartAsync(mood);

        await TimesOutAsync(_probing, letta.Address, step);
    }

    [Theory]
    [InlineData(LettaSteps.NameResolution)]
    [InlineData(LettaSteps.Tls)]
    [InlineData(LettaSteps.Http)]
    [InlineData(LettaSteps.Authentication)]
    public async Task A_test_is_cancelled_at_the_step_it_hangs_at(string step)
    {
        await using var silent = RawServer.Silent();
        await using var letta = await FakeLetta.StartAsync(FakeLettaMood.NeverAnswersTheCount);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Probing.Cancel);
        var (probing, address) = step switch
        {
            LettaSteps.NameResolution => (_deafResolver, new Uri("http://letta.example/")),
            LettaSteps.Tls => (_probing, new Uri($"https://localhost:{silent.Port}/")),
            LettaSteps.Http => (_probing, new Uri($"http://localhost:{silent.Port}/")),
            _ => (_probing, letta.Address),
        };

        // Cancelled from within the step, when it has begun.
        var test = probing.TestAsync(
            address,
            cancel: cancel.Token,
            onStep: now =>
            {
                if (now.Name == step && now.Ok is null)
                {
                    cancel.CancelAfter(TimeSpan.FromMilliseconds(50));
                }
            }
        );

        var stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test);
        Assert.Equal(cancel.Token, stopped.CancellationToken);
    }

    [Fact]
    public async Task A_test_cancelled_before_it_starts_asks_nobody()
    {
        await using var letta = await FakeLetta.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _probing.TestAsync(letta.Address, cancel: new(canceled: true)));

        Assert.Empty(letta.Requests);
    }

    /// <summary>The time that is given goes by while the step hangs, and no other does.</summary>
    private async Task TimesOutAsync(Probing probing, Uri address, string step)
    {
        var report = await probing.TestAsync(
            address,
            timeout: Limit,
            onStep: now =>
            {
                if (now.Name == step && now.Ok is null)
                {
                    _clock.Advance(Limit);
                }
            }
        );

        Assert.Equal(LettaVerdict.Timeout, report.Verdict);
        Assert.Contains($"did not complete the step {step} within 1 s", report.Message, StringComparison.Ordinal);
        Assert.Equal((step, false), (report.Steps[^1].Name, report.Steps[^1].Ok));
    }

    private static async Task IgnoreEndAsync(ValueTask connecting)
    {
        try
        {
            await connecting;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It only had to fill the queue.
        }
    }

    // Deaf to its token as well, as a resolver of the system can be.
    private static async Task<IPAddress[]> NeverAsync(string host, CancellationToken cancel) =>
        await new TaskCompletionSource<IPAddress[]>().Task;
}
