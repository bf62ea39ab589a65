using System.Runtime.CompilerServices;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// How tests wait for what nothing tells them of: another process, a worker, a row. It looks again and again, gives the processor away
/// between
/// two looks, and ends with the condition's own text where that does not come true.
/// </summary>
public static class Wait
{
    /// <summary>Far longer than anything that tests wait for takes on a slow machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    /// <summary>What comes at once is seen at once.</summary>
    private const int QuickLooks = 50;

    public static Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        UntilAsync(() => Task.FromResult(isSo()), what);

    public static Task UntilAsync(Func<Task<bool>> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        ForAsync(isSo, so => so, what);

    /// <summary>Until a moment that comes between two looks of the others: it keeps the processor, so as not to be late.</summary>
    public static void Spin(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        Assert.True(SpinWait.SpinUntil(isSo, Longest), $"Never so in {Longest.TotalSeconds:N0} s: {what}.");

    /// <returns>What was read when it was so.</returns>
    public static async Task<T> ForAsync<T>(
        Func<Task<T>> read,
        Func<T, bool> isSo,
        [CallerArgumentExpression(nameof(isSo))] string what = ""
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(Longest);
        using var timer = new PeriodicTimer(Between);
        for (var looks = 1; ; looks++)
        {
            var now = await read();
            if (isSo(now))
            {
                return now;
            }

            Assert.False(end.IsCancellationRequested, $"Never so in {Longest.TotalSeconds:N0} s: {what}. The last that was read: {now}");
            if (looks <= QuickLooks)
            {
                await Task.Yield();
            }
            else
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
