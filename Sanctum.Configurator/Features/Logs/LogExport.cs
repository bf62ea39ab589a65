using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using CsvHelper;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>What lines are written as.</summary>
internal enum LogFormat
{
    [JsonStringEnumMemberName("ndjson")]
    Ndjson,

    [JsonStringEnumMemberName("csv")]
    Csv,
}

/// <summary>Writes the lines that a search finds into a file, newest first, a few of them in memory at a time.</summary>
internal sealed class LogExport(LogSearch search)
{
    private const int AtOnce = 1000;
    private static readonly string[] Head = "id,timestamp,level,source,source_id,message,details,user_id,correlation_id".Split(',');

    public static string ContentTypeOf(LogFormat format) => format == LogFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson";

    public Task WriteAsync(LogFilter filter, LogFormat format, Stream target, CancellationToken cancel) =>
        format == LogFormat.Csv ? WriteCsvAsync(filter, target, cancel) : WriteNdjsonAsync(filter, target, cancel);

    private async Task WriteCsvAsync(LogFilter filter, Stream target, CancellationToken cancel)
    {
        await using var csv = CsvWriter.Create(target, CsvText.Options, leaveOpen: true);
        await csv.WriteRecordAsync(Head, cancel);
        await foreach (var rows in PagesAsync(filter, cancel))
        {
            foreach (var row in rows)
            {
                await csv.WriteRecordAsync(Cells(row), cancel);
            }

            await csv.FlushAsync(cancel);
        }
    }

    private async Task WriteNdjsonAsync(LogFilter filter, Stream target, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        await foreach (var rows in PagesAsync(filter, cancel))
        {
            foreach (var row in rows)
            {
                await writer.WriteLineAsync(JsonSerializer.Serialize(LogItem.Of(row), ApiJson.Options).AsMemory(), cancel);
            }

            await writer.FlushAsync(cancel);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<LogRow>> PagesAsync(LogFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        LogPlace? place = null;
        LogPage page;
        do
        {
            page = await search.ReadAsync(filter, place, isForward: false, AtOnce, cancel);
            yield return page.Items;
            place = page.SearchedTo ?? (page.Items is [.., var last] ? LogPlace.Of(last) : null);
        } while (page.HasMore && place is not null);
    }

    private static string?[] Cells(LogRow row) =>
        [
            row.Id.ToString(CultureInfo.InvariantCulture),
            row.Timestamp.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            EnumText<LogLevelWord>.Of(row.Level),
            row.Source,
            row.SourceId?.ToString(CultureInfo.InvariantCulture),
            row.Message,
            row.Details,
            row.UserId?.ToString(CultureInfo.InvariantCulture),
            row.CorrelationId,
        ];
}
