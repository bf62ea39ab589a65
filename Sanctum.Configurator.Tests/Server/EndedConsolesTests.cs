using System.Runtime.CompilerServices;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// A console that ended leaves nothing behind: no timer, no worker, no subscription. In a run of the tests, which has hundreds, what one of
/// them leaves is looked at by every collection of garbage until the end.
/// </summary>
public sealed class EndedConsolesTests
{
    [Fact]
    public async Task A_console_that_ended_is_forgotten()
    {
        var ended = await StartAndEndAsync();
        await StartAndEndAsync(); // What remembers the last one, as a thread does, remembers this one.
        await Wait.UntilAsync(() =>
        {
            GC.Collect();
            return !ended.IsAlive;
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> StartAndEndAsync()
    {
        await using var console = new ConsoleServer();
        await console.InitializeAsync();
        using (var caller = console.WithKey(ConsoleServer.FirstKey))
        {
            Assert.NotEmpty(await caller.ReadAsync("/api/users"));
        }

        return new(console.Services);
    }
}
