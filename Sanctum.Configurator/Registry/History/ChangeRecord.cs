using System.Security.Cryptography;

namespace Sanctum.Configurator.Registry.History;

/// <summary>
/// One change of one row: who, when, from where, before and after. A link of a chain: each record's hash covers the one before it,
/// so that a record that was deleted, edited, moved or slipped in is found.
/// </summary>
public sealed class ChangeRecord
{
    public long Id { get; private set; }

    /// <summary>The place in the chain, from 1; null until the console has sealed a change that another program made.</summary>
    public long? ChainNumber { get; private set; }

    public DateTimeOffset ChangedAt { get; init; }

    public required string Actor { get; init; }

    public int? UserId { get; init; }

    public required string Place { get; init; }

    /// <summary>"insert", "update", "delete", or an act on a row that changes nothing, such as "reveal".</summary>
    public required string Act { get; init; }

    public required string TableName { get; init; }

    public required string RowId { get; set; }

    /// <summary>
    /// JSON object, column → value before; of an update the changed columns. Secrets appear as "set", never as themselves.
    /// </summary>
    public string? Before { get; set; }

    /// <summary>JSON object, column → value after; a replaced secret appears as "changed".</summary>
    public string? After { get; set; }

    /// <summary>Why, where the actor or the product says so: "restored from change 12".</summary>
    public string? Reason { get; init; }

    /// <summary>The hash of the record before this one; "" for the first.</summary>
    public string? PreviousHash { get; private set; }

    public string? Hash { get; private set; }

    /// <summary>Gives the record its place at the end of the chain.</summary>
    public void Seal(long number, string previousHash)
    {
        if (Act == "update" && Before is not null && After is not null)
        {
            // The triggers that record other programs' changes write whole rows.
            (Before, After) = RowDifference.Trim(Before, After);
        }

        ChainNumber = number;
        PreviousHash = previousHash;
        Hash = ComputeHash();
    }

    /// <summary>SHA-256, in hex, over a JSON array of everything the record says and the previous hash.</summary>
    public string ComputeHash() =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                JsonSerializer.SerializeToUtf8Bytes(
                    new object?[]
                    {
                        PreviousHash,
                        ChainNumber,
                        Id,
                        UtcText.Of(ChangedAt),
                        Actor,
                        UserId,
                        Place,
                        Act,
                        TableName,
                        RowId,
                        Before,
                        After,
                        Reason,
                    }
                )
            )
        );
}

/// <summary>The end of the chain, kept apart so that records cut off its end are missed.</summary>
public sealed class ChangeChainHead
{
    public const int TheId = 1;

    public int Id { get; private set; } = TheId;

    /// <summary>How many records are in the chain.</summary>
    public long Length { get; set; }

    public string Hash { get; set; } = "";
}
