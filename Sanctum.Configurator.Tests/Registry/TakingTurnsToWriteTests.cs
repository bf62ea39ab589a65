using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class TakingTurnsToWriteTests
{
    private const int Writers = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writers_of_one_console_write_in_the_order_in_which_they_came()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using var first = registry.Open();
        var held = await RowLocks.BeginAsync(first, Cancel);
        var order = new List<int>();
        var waiting = Enumerable.Range(0, Writers).Select(WriteAsync).ToList();
        Assert.Empty(order);

        await held.DisposeAsync();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMinutes(1), Cancel);

        Assert.Equal(Enumerable.Range(0, Writers), order);

        async Task WriteAsync(int number)
        {
            await using var context = registry.Open();
            await using var transaction = await RowLocks.BeginAsync(context, Cancel);
            order.Add(number);
        }
    }
}
