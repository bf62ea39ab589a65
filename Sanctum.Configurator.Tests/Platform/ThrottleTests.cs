using Microsoft.Extensions.Time.Testing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class ThrottleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private int _acts;

    [Fact]
    public async Task It_acts_once_a_second_at_most_and_misses_nothing()
    {
        using (
            var throttle = new Throttle(
                Second,
                _clock,
                _ =>
                {
                    _acts++;
                    return Task.CompletedTask;
                }
            )
        )
        {
            throttle.Ask();
            throttle.Ask();
            await Wait.UntilAsync(() => _acts == 1);
            throttle.Ask();
            _clock.Advance(Second - TimeSpan.FromMilliseconds(1));
            Assert.Equal(1, _acts);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Wait.UntilAsync(() => _acts == 2);
            throttle.Ask();
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _acts);
    }

    [Fact]
    public async Task What_is_asked_while_it_acts_is_done_afterwards()
    {
        var gate = new TaskCompletionSource();
        using var throttle = new Throttle(
            TimeSpan.Zero,
            _clock,
            _ =>
            {
                _acts++;
                return gate.Task;
            }
        );
        throttle.Ask();
        await Wait.UntilAsync(() => _acts == 1);
        throttle.Ask();
        Assert.Equal(1, _acts);

        gate.SetResult();

        await Wait.UntilAsync(() => _acts == 2);
    }
}
