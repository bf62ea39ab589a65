namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>What holds where a channel does not say otherwise.</summary>
internal static class QueueDefaults
{
    public const int MostAttempts = 5;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Doubled with each attempt, and up to a fifth more or less, so that what failed together does not come together.</summary>
    /// <param name="attempt">The one that failed; 1 for the first.</param>
    public static TimeSpan BackOff(int attempt)
    {
        var seconds = Math.Min(First.TotalSeconds * Math.Pow(2, attempt - 1), Longest.TotalSeconds);
#pragma warning disable CA5394 // Nobody gains by foreseeing it.
        return TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * Random.Shared.NextDouble())));
#pragma warning restore CA5394
    }
}
