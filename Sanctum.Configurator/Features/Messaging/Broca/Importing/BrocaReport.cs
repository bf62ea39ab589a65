namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>What an import comes to, or would: by table, and what was odd.</summary>
public sealed record BrocaReport(IReadOnlyList<BrocaTableReport> Tables, IReadOnlyList<BrocaFinding> Findings)
{
    /// <summary>For people and programs that read it later: what the rows that were brought had as ids in Broca.</summary>
    public BrocaBrought? Brought { get; init; }

    public int Seconds { get; init; }

    /// <summary>Why it can't be imported so; null where it can.</summary>
    public string? Problem { get; init; }

    /// <summary>What became of it when it was undone; null where it was not.</summary>
    public BrocaUndone? Undone { get; init; }
}

/// <summary>
/// What becomes of the rows of one table. Every row is new, known, joined, kept aside or gone; the checksums are over those that are here.
/// </summary>
public sealed record BrocaTableReport(string Table)
{
    public long RowsThere { get; init; }

    public int New { get; set; }

    /// <summary>Imported before; of these, so many went on in Broca meanwhile and are brought up to date.</summary>
    public int Known { get; set; }
    public int Updated { get; set; }

    /// <summary>They are of a person or a profile that is here already, which stays as it is.</summary>
    public int Joined { get; set; }
    public int KeptAside { get; set; }

    /// <summary>Imported before and erased here since: they don't come back.</summary>
    public int Gone { get; set; }

    /// <summary>Of this source, after the import.</summary>
    public int RowsHere { get; set; }

    /// <summary>SHA-256; null in a preview.</summary>
    public string? ChecksumThere { get; set; }
    public string? ChecksumHere { get; set; }
    public bool? IsEqual => ChecksumThere is null ? null : ChecksumThere == ChecksumHere;

    /// <summary>Rows that were changed here since they were imported, and so differ: how many, and the first of them.</summary>
    public int Different { get; set; }
    public List<string> Differences { get; init; } = [];
}

/// <summary>Ids in Broca, as ranges.</summary>
public sealed record BrocaBrought(string Users, string Messages, string Queue);

/// <summary>How far an import is.</summary>
public sealed record BrocaProgress(string Phase, long Done, long Total);

/// <summary>What an undo took away again, and what stays because it was used since.</summary>
public sealed record BrocaUndone(BrocaRows Removed, BrocaRows Staying, int Restored);

/// <summary>Rows by table.</summary>
public sealed record BrocaRows(int People, int Profiles, int Messages, int Queue)
{
    public bool IsEmpty => People + Profiles + Messages + Queue == 0;
}
