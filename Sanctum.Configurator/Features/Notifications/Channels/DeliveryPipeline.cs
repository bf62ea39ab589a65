using Polly;
using Polly.Timeout;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>
/// How patiently a notification is delivered. One attempt has a time limit; the attempts themselves are rows of the registry, so that
/// they outlive the console, and come at longer and longer distances.
/// </summary>
internal static class DeliveryPipeline
{
    public const string Name = "notification-delivery";

    /// <summary>After so many it is given up, about a day and a half later.</summary>
    public const int MostAttempts = 14;

    /// <summary>For one attempt, from the look-up of the name to the receiver's answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(15),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromHours(1),
        TimeSpan.FromHours(4),
    ];

    public static ResiliencePipeline For(TimeProvider clock) =>
        new ResiliencePipelineBuilder { Name = Name, TimeProvider = clock }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = Patience })
            .Build();

    /// <summary>How long to wait after so many failures.</summary>
    public static TimeSpan WaitAfter(int attempts) => Waits[Math.Clamp(attempts - 1, 0, Waits.Length - 1)];
}
