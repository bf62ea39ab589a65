using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>Of this console's memory.</summary>
internal sealed class MemoryOptions
{
    public const string Section = "Memories";

    /// <summary>Exchanges and conversations that one console reads at a time.</summary>
    [Range(1, 100)]
    public int MostAtOnce { get; set; } = 2;

    /// <summary>
    /// Seconds after which what a console does not read any more is taken over by others. The same for all consoles of a registry.
    /// </summary>
    [Range(5, 3600)]
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>Seconds that a model may take to read one exchange.</summary>
    [Range(5, 3600)]
    public int MostSeconds { get; set; } = 180;

    /// <summary>Hours without a word after which a conversation has ended, and is summarised.</summary>
    [Range(1, 24 * 30)]
    public int IdleHours { get; set; } = 24;
}
