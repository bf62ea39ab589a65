using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>A line of log that may go on over several rows, such as one with a traceback.</summary>
internal sealed class RecordText(LineStart start, string row)
{
    /// <summary>Characters of rows that go on with a line; what follows is a line of its own.</summary>
    public const int MostMore = 65_536;

    private const string Traceback = "Traceback (most recent call last):";

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly StringBuilder _more = new();
    private bool _isInTraceback = BeginsTraceback(row);

    /// <summary>Whether its format says where a line begins.</summary>
    public bool IsFormatted => start.Format is LogFileFormat.Broca or LogFileFormat.Smcp;

    /// <summary>Whether a row may follow that belongs to it.</summary>
    public bool MayGoOn => !start.IsWhole && _more.Length < MostMore;

    public static bool BeginsTraceback(string row) => row.StartsWith(Traceback, StringComparison.Ordinal);

    /// <summary>Takes a row that is no start of a line, if it belongs to this one.</summary>
    public bool Take(string row)
    {
        // A program's rows go on until it begins another line; plain text says it by indenting.
        var isIndented = row.StartsWith(' ') || row.StartsWith('\t');
        if (!MayGoOn || (start.Format == LogFileFormat.Text && !isIndented && !_isInTraceback))
        {
            return false;
        }

        _isInTraceback = BeginsTraceback(row) || (_isInTraceback && isIndented);
        _more.Append(_more.Length == 0 ? "" : "\n").Append(row);
        return true;
    }

    /// <param name="written">When the file was written last, for a line without a time.</param>
    public LogLine Line(string source, int? sourceId, string path, DateTimeOffset written)
    {
        start.Details["file"] = path;
        if (_more.ToString().TrimEnd() is { Length: > 0 } more)
        {
            start.Details["more"] = more;
        }

        var details = start.Details.ToJsonString(Readable);
        if (details.Length > LogLine.LongestDetails)
        {
            // By its file, a line is found whatever else it says.
            details = new JsonObject { [LogLine.CutDetails] = LogLine.FitMessage(details), ["file"] = path }.ToJsonString(Readable);
        }

        return new LogLine(start.Level, source, sourceId, start.Message, details, start.Time ?? written).Fit();
    }
}
