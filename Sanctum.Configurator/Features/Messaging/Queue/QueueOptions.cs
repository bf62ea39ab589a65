using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Of this console's queue.</summary>
internal sealed class QueueOptions
{
    public const string Section = "Queue";

    /// <summary>Agents that one console lets answer at a time.</summary>
    [Range(1, 1000)]
    public int MostAtOnce { get; set; } = 64;

    /// <summary>
    /// Seconds after which what a console that does not answer any more had begun is taken over by others. The same for all consoles of a
    /// registry.
    /// </summary>
    [Range(5, 3600)]
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>Minutes that an agent may take for one answer.</summary>
    [Range(1, 24 * 60)]
    public int MostMinutes { get; set; } = 30;

    /// <summary>Messages that have failed of the same cause before the operator is told.</summary>
    [Range(1, 1000)]
    public int TellFailures { get; set; } = 5;

    /// <summary>Minutes that a message may wait before the operator is told.</summary>
    [Range(1, 24 * 60)]
    public int TellWaitingMinutes { get; set; } = 15;
}
