using Microsoft.Extensions.Logging.Abstractions;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class SignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Signal<string> _signal = new(NullLogger<Signal<string>>.Instance);

    [Fact]
    public async Task Subscribers_are_told_in_order_until_they_leave()
    {
        var heard = new List<string>();
        using (_signal.Subscribe(heard.Add))
        {
            await _signal.PublishAsync("one");
            await _signal.PublishAsync("two");
        }

        await _signal.PublishAsync("three");

        Assert.Equal(["one", "two"], heard);
    }

    [Fact]
    public async Task One_that_fails_keeps_nobody_else_waiting()
    {
        var heard = new List<string>();
        using var failing = _signal.Subscribe((Action<string>)(_ => throw new InvalidOperationException("No.")));
        using var other = _signal.Subscribe(heard.Add);

        await _signal.PublishAsync("one");

        Assert.Equal(["one"], heard);
    }

    [Fact]
    public async Task Equal_values_that_wait_are_told_once()
    {
        var (heard, gate) = (new List<string>(), new TaskCompletionSource());
        using var subscription = _signal.Subscribe(value =>
        {
            heard.Add(value);
            return value == "first" ? gate.Task : Task.CompletedTask;
        });
        var first = _signal.PublishAsync("first");

        _signal.Publish("more");
        _signal.Publish("other");
        _signal.Publish("more");
        gate.SetResult();
        await first.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(["first", "more", "other"], heard);
        Assert.True(_signal.ToldAsync().IsCompleted);
    }

    [Fact]
    public void Changes_of_the_same_tables_are_equal()
    {
        Assert.Equal(new RegistryChange("agents", "tools"), new("tools", "agents"));
        Assert.Equal(new RegistryChange("agents", "tools").GetHashCode(), new RegistryChange("tools", "agents").GetHashCode());
        Assert.NotEqual(new RegistryChange("agents"), new("tools"));
    }
}
