using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>What a person decides about a piece of an answer.</summary>
public enum OutboxActKind
{
    /// <summary>It is sent again, with the pieces that it held.</summary>
    [JsonStringEnumMemberName("retry")]
    Retry,

    /// <summary>It has arrived; what it held is sent.</summary>
    [JsonStringEnumMemberName("resolve")]
    Resolve,

    /// <summary>It is given up, with all that comes after it in the same answer.</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,
}

/// <summary>The rules of the decisions: for one piece as for many.</summary>
internal static class OutboxDecisions
{
    /// <summary>The statuses in which it can be decided.</summary>
    public static OutboxStatus[] From(OutboxActKind kind) =>
        kind switch
        {
            OutboxActKind.Retry => [OutboxStatus.Failed, OutboxStatus.Unknown],
            OutboxActKind.Resolve => [OutboxStatus.Unknown],
            _ => [OutboxStatus.Queued, OutboxStatus.Failed, OutboxStatus.Unknown],
        };

    /// <summary>Why it can't, in a sentence.</summary>
    public static string Refusal(OutboxActKind kind) =>
        kind switch
        {
            OutboxActKind.Retry => "Only what has failed or may not have arrived can be sent again.",
            OutboxActKind.Resolve => "Only what may have arrived can be marked as arrived.",
            _ => "It is being sent, or has been, and can't be cancelled.",
        };

    /// <summary>How the history calls it.</summary>
    public static string Word(OutboxActKind kind) =>
        kind switch
        {
            OutboxActKind.Retry => "retry",
            OutboxActKind.Resolve => "mark as arrived",
            _ => "cancel",
        };

    /// <summary>Changes the piece and those that go with it, or says why not.</summary>
    public static async Task<string?> ApplyAsync(
        RegistryDbContext registry,
        OutboxEntry piece,
        OutboxActKind kind,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        if (kind == OutboxActKind.Resolve)
        {
            (piece.Status, piece.SentAt, piece.Failure) = (OutboxStatus.Sent, now, null);
            await OutboxStore.ReleaseAsync(registry, piece, cancel);
            return null;
        }

        var pieces = await WholeAnswer.PiecesAsync(registry, piece, cancel);
        if (kind == OutboxActKind.Retry)
        {
            return Retry(pieces, piece);
        }

        foreach (var given in pieces.Where(o => o.Id >= piece.Id && From(kind).Contains(o.Status)))
        {
            (given.Status, given.NotBefore) = (OutboxStatus.Cancelled, null);
        }

        return null;
    }

    private static string? Retry(List<OutboxEntry> pieces, OutboxEntry piece)
    {
        if (pieces.Find(o => o.Status == OutboxStatus.Unknown && o.Id < piece.Id) is { } open)
        {
            return $"Decide about part {open.Part} of this answer first: it may have arrived.";
        }

        foreach (var again in pieces.Where(o => o.Id == piece.Id || o.Status == OutboxStatus.Failed))
        {
            (again.Status, again.Failure, again.NotBefore, again.AttemptCount) = (OutboxStatus.Queued, null, null, 0);
        }

        return null;
    }
}
