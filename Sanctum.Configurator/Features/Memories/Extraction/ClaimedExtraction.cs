using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>An exchange that this console reads now, or a conversation that it summarises.</summary>
internal sealed record ClaimedExtraction(MemoryExtraction Row);

/// <summary>How the reading of it ended.</summary>
/// <param name="UserId">Whose memories they are; null where there is nothing to remember.</param>
internal sealed record ExtractionEnd(string? UserId, IReadOnlyList<NewMemory> Read)
{
    public static readonly ExtractionEnd Nothing = new(null, []);

    /// <summary>What did not work, in a sentence.</summary>
    public string? Problem { get; init; }

    /// <summary>It is tried again then; null where it is done.</summary>
    public DateTimeOffset? AgainAt { get; init; }

    /// <summary>The console stops: another one, or the next start of this one, reads it.</summary>
    public bool IsHandedOver { get; init; }
}

/// <summary>What this console reads now.</summary>
internal sealed class LiveExtractions : LiveWork;

/// <summary>There may be something to read.</summary>
internal sealed record ExtractionsWait;
