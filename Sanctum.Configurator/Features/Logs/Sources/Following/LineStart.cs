using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>The first row of a line of log, in one of the formats that are known.</summary>
/// <param name="Format">The one it has.</param>
/// <param name="Time">Null where it has none.</param>
internal sealed partial record LineStart(LogFileFormat Format, LogLevelWord Level, DateTimeOffset? Time, string Message, JsonObject Details)
{
    /// <summary>What is before the message of a row is looked for in so many of its characters.</summary>
    private const int LongestHead = 512;

    /// <summary>Zones differ by a quarter of an hour at least.</summary>
    private static readonly TimeSpan SmallestZone = TimeSpan.FromMinutes(15);

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 32 };

    /// <summary>No row that follows belongs to it.</summary>
    public bool IsWhole { get; init; }

    /// <summary>It may as well be a row of a line that a program has begun in its own format, such as the JSON that it speaks of.</summary>
    public bool MayBeMore { get; init; }

    /// <summary>Whether it says its level.</summary>
    public bool HasLevel { get; init; }

    /// <summary>Whether its time says nothing of its zone.</summary>
    public bool IsByClock { get; init; }

    /// <summary>Reads a row; null where it is in none of the formats that this one allows.</summary>
    /// <param name="written">When the file was written last.</param>
    public static LineStart? Read(LogFileFormat format, string row, TimeZoneInfo zone, DateTimeOffset written) =>
        ReadPlain(format, row, zone, written)
        ?? (TerminalText.Strip(row) is { } plain && plain.Length < row.Length ? ReadPlain(format, plain, zone, written) : null);

    private static LineStart? ReadPlain(LogFileFormat format, string row, TimeZoneInfo zone, DateTimeOffset written) =>
        format switch
        {
            LogFileFormat.Broca => Broca(row, zone),
            LogFileFormat.Smcp => Smcp(row, zone),
            LogFileFormat.Journald => Journald(row, zone),
            LogFileFormat.Auto => Journald(row, zone) ?? Own(row, zone) ?? SyslogRow.Read(row, zone, written),
            _ => null,
        };

    /// <summary>A row in a format of a program's own, which may stand within a row of a daemon's.</summary>
    public static LineStart? Own(string row, TimeZoneInfo zone) => Broca(row, zone) ?? Smcp(row, zone) ?? JsonRow.Read(row, zone);

    /// <summary>
    /// Within a row of a daemon or an engine, which knows when it came. A clock without a zone may be that of a container in another one.
    /// </summary>
    public LineStart Within(DateTimeOffset? time) =>
        Time is { } own && !(IsByClock && time is { } known && (own - known).Duration() >= SmallestZone) ? this : this with { Time = time };

    /// <summary>A row that says nothing of itself but perhaps its level.</summary>
    public static LineStart Text(string row)
    {
        var level = TextHead().Match(TerminalText.Strip(row[..Math.Min(row.Length, LongestHead)])) is { Success: true } match
            ? LevelOf(match.Groups["level"].Value)
            : LogLevelWord.Info;
        return new(LogFileFormat.Text, RecordText.BeginsTraceback(TerminalText.Strip(row)) ? LogLevelWord.Error : level, null, row, []);
    }

    private static LineStart? Broca(string row, TimeZoneInfo zone)
    {
        var match = BrocaHead().Match(row[..Math.Min(row.Length, LongestHead)]);
        return match.Success && TimeOf(match.Groups["time"].Value, match.Groups["part"].Value, zone) is { } time
            ? new(
                LogFileFormat.Broca,
                LevelOf(match.Groups["level"].Value),
                time,
                row[match.Length..],
                new() { ["logger"] = match.Groups["name"].Value }
            )
            {
                HasLevel = true,
                IsByClock = true,
            }
            : null;
    }

    private static LineStart? Smcp(string row, TimeZoneInfo zone)
    {
        var match = SmcpHead().Match(row[..Math.Min(row.Length, LongestHead)]);
        return match.Success && TimeOf(match.Groups["time"].Value, match.Groups["part"].Value, zone) is { } time
            ? new(
                LogFileFormat.Smcp,
                LevelOf(match.Groups["level"].Value),
                time,
                row[match.Length..],
                new() { ["logger"] = match.Groups["name"].Value }
            )
            {
                HasLevel = true,
                IsByClock = true,
            }
            : null;
    }

    private static LineStart? Journald(string row, TimeZoneInfo zone)
    {
        if (!row.StartsWith('{') || !row.Contains("\"MESSAGE\"", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(JsonRow.WithoutHalves(row), Json);
            return document.RootElement.TryGetProperty("MESSAGE", out var message)
                ? Entry(document.RootElement, TextIn(message), zone)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Cut off, or nested without end: it is kept as the text that it is.
            return null;
        }
    }

    private static LineStart Entry(JsonElement entry, string message, TimeZoneInfo zone)
    {
        var own = Own(message, zone);
        var details = own?.Details ?? [];
        foreach (var (field, name) in Fields)
        {
            if (entry.TryGetProperty(field, out var value) && TextIn(value) is { Length: > 0 } text)
            {
                details.TryAdd(name, text);
            }
        }

        var time =
            entry.TryGetProperty("__REALTIME_TIMESTAMP", out var stamp)
            && long.TryParse(TextIn(stamp), NumberStyles.None, CultureInfo.InvariantCulture, out var micros)
            && micros < MostMicros
                ? DateTimeOffset.UnixEpoch.AddTicks(micros * 10)
                : (DateTimeOffset?)null;
        var priority = entry.TryGetProperty("PRIORITY", out var given) ? TextIn(given) : "";
        var level = own is { HasLevel: true }
            ? own.Level
            : OfPriority(int.TryParse(priority, NumberStyles.None, null, out var number) ? number : -1);
        return (own ?? new(LogFileFormat.Journald, level, time, message, details)).Within(time) with
        {
            Format = LogFileFormat.Journald,
            Level = level,
            IsWhole = true,
            MayBeMore = false,
        };
    }

    /// <summary>What is beyond can't be meant.</summary>
    private static readonly long MostMicros = (LogTimes.Latest - LogTimes.Earliest).Ticks / TimeSpan.TicksPerMicrosecond;

    private static readonly (string Field, string Name)[] Fields =
    [
        ("_SYSTEMD_UNIT", "unit"),
        ("_SYSTEMD_USER_UNIT", "user_unit"),
        ("SYSLOG_IDENTIFIER", "identifier"),
        ("_PID", "pid"),
        ("_HOSTNAME", "host"),
        ("CODE_FILE", "code_file"),
        ("__CURSOR", "cursor"),
    ];

    /// <summary>Text; an array of bytes, as journald writes what is no text; or the values of a field that has several.</summary>
    private static string TextIn(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number) => Encoding.UTF8.GetString([
                .. value.EnumerateArray().Select(item => item.TryGetByte(out var part) ? part : (byte)'?'),
            ]),
            JsonValueKind.Array => string.Join('\n', value.EnumerateArray().Select(TextIn)),
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };

    /// <summary>As syslog counts, from 0 to 7.</summary>
    internal static LogLevelWord OfPriority(int priority) =>
        priority switch
        {
            >= 0 and <= 2 => LogLevelWord.Critical,
            3 => LogLevelWord.Error,
            4 => LogLevelWord.Warning,
            7 => LogLevelWord.Debug,
            _ => LogLevelWord.Info,
        };

    private static LogLevelWord LevelOf(string word) =>
        word.ToUpperInvariant() switch
        {
            "WARN" => LogLevelWord.Warning,
            "FATAL" => LogLevelWord.Critical,
            var other => LogQueryReader.FindLevel(other) ?? LogLevelWord.Info,
        };

    /// <summary>By the clock on the wall of this machine, as programs write it.</summary>
    internal static DateTimeOffset? TimeOf(string time, string part, TimeZoneInfo zone) =>
        DateTime.TryParseExact(time, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
        && local.Year is >= 1970 and < 2200
            ? new DateTimeOffset(local, zone.GetUtcOffset(local))
                .AddMilliseconds(part.Length == 0 ? 0 : int.Parse(part.PadRight(3, '0')[..3], CultureInfo.InvariantCulture))
                .ToUniversalTime()
            : null;

    [GeneratedRegex(
        @"^(?:\x1b\[[0-9;]{0,20}m)*\[(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:[.,](?<part>\d{1,6}))?\] \[[^\]A-Za-z]{0,24}(?<level>[A-Za-z]{1,12})\] (?<name>[^:\x1b]{1,200}): ?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex BrocaHead();

    [GeneratedRegex(
        @"^(?:\x1b\[[0-9;]{0,20}m)*(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[,.](?<part>\d{1,6}) - (?<name>[^\x1b]{1,200}?) - (?<level>DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|NOTSET) - ?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex SmcpHead();

    [GeneratedRegex(
        @"^(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?\]?\s{1,4})?\[?(?:(?<level>DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|TRACE)\]?(?::|\s)|(?<level>(?i:debug|info|warning|warn|error|critical|fatal))\]?:)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex TextHead();
}
