using System.Text.Json.Serialization;
using CsvHelper;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.History;

/// <summary>What an export is written as.</summary>
public enum ExportFormat
{
    [JsonStringEnumMemberName("csv")]
    Csv,

    [JsonStringEnumMemberName("json")]
    Json,
}

/// <summary>A change as it stands in an exported file.</summary>
internal sealed record ExportedChange(
    long Id,
    long? ChainNumber,
    DateTimeOffset ChangedAt,
    string Actor,
    string Place,
    string Act,
    string TableName,
    string RowId,
    string? Reason,
    JsonNode? Before,
    JsonNode? After,
    string? PreviousHash,
    string? Hash
);

/// <summary>Writes changes into a file, one after the other: however many there are, only a few are in memory.</summary>
public sealed class HistoryExport(IDbContextFactory<RegistryDbContext> registries)
{
    /// <summary>The newest of them; what is older is left out.</summary>
    public const int MostRows = 1_000_000;

    private static readonly string[] Head =
        "id,chain_number,changed_at,actor,place,act,table_name,row_id,reason,before,after,previous_hash,hash".Split(',');

    public static string ContentTypeOf(ExportFormat format) => format == ExportFormat.Csv ? "text/csv; charset=utf-8" : "application/json";

    /// <summary>The changes, newest first.</summary>
    public async Task WriteAsync(ChangeFilter filter, ExportFormat format, Stream target, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var records = filter.Over(registry).OrderByDescending(r => r.Id).Take(MostRows).AsAsyncEnumerable();
        await (
            format == ExportFormat.Csv
                ? WriteCsvAsync(records, target, cancel)
                : JsonSerializer.SerializeAsync(target, Exported(records, cancel), ApiJson.Options, cancel)
        );
    }

    private static async Task WriteCsvAsync(IAsyncEnumerable<ChangeRecord> records, Stream target, CancellationToken cancel)
    {
        await using var csv = CsvWriter.Create(target, CsvText.Options, leaveOpen: true);
        await csv.WriteRecordAsync(Head, cancel);
        await foreach (var r in records.WithCancellation(cancel))
        {
            string?[] cells =
            [
                Text(r.Id),
                Text(r.ChainNumber),
                r.ChangedAt.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
                r.Actor,
                r.Place,
                r.Act,
                r.TableName,
                r.RowId,
                r.Reason,
                r.Before,
                r.After,
                r.PreviousHash,
                r.Hash,
            ];
            await csv.WriteRecordAsync(cells, cancel);
        }
    }

    private static async IAsyncEnumerable<ExportedChange> Exported(
        IAsyncEnumerable<ChangeRecord> records,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        await foreach (var r in records.WithCancellation(cancel))
        {
            yield return new(
                r.Id,
                r.ChainNumber,
                r.ChangedAt,
                r.Actor,
                r.Place,
                r.Act,
                r.TableName,
                r.RowId,
                r.Reason,
                NodeOf(r.Before),
                NodeOf(r.After),
                r.PreviousHash,
                r.Hash
            );
        }
    }

    private static JsonNode? NodeOf(string? json) => json is null ? null : JsonNode.Parse(json);

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
