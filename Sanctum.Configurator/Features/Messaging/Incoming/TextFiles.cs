namespace Sanctum.Configurator.Features.Messaging.Incoming;

/// <summary>A file of text that came with a message.</summary>
/// <param name="Text">As far as it was read; null where it could not be.</param>
/// <param name="Remark">What the agent has to know of it, in a sentence; null where all of it is there as it was.</param>
internal sealed record TextFile(string Name, string? Text, string? Remark = null);

/// <summary>Notes, tables and logs that come with a message are told to the agent with it, as far as they are not too long.</summary>
internal static class TextFiles
{
    /// <summary>Bytes of one file that are read.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>Files of one message that are read.</summary>
    public const int Most = 5;

    private const string NoText = "It holds no text that can be read.";

    private static readonly string[] Types =
    [
        "application/json",
        "application/x-ndjson",
        "application/xml",
        "application/yaml",
        "application/x-yaml",
        "application/toml",
        "application/sql",
        "application/javascript",
        "application/x-sh",
        "application/csv",
    ];

    private static readonly string[] Endings =
    [
        .. ".txt .md .markdown .csv .tsv .log .json .jsonl .ndjson .xml .yaml .yml .toml .ini .cfg .conf .env .sql .ics .vcf".Split(' '),
        .. ".py .js .ts .cs .java .go .rs .c .h .cpp .rb .php .sh .ps1 .html .htm .css .srt .tex .diff .patch".Split(' '),
    ];

    /// <summary>Old files are written in old code pages, which .NET reads only when it is told to.</summary>
    static TextFiles() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>By its type, and where that says nothing, by its name.</summary>
    public static bool IsText(string? name, string? type)
    {
        var kind = (type ?? "").Split(';')[0].Trim().ToLowerInvariant();
        return kind.StartsWith("text/", StringComparison.Ordinal)
            || Types.Contains(kind)
            || kind.EndsWith("+json", StringComparison.Ordinal)
            || kind.EndsWith("+xml", StringComparison.Ordinal) && kind != "image/svg+xml"
            || (kind is "" or "application/octet-stream" or "application/vnd.ms-excel" && HasEnding(name));
    }

    /// <summary>What stands in a file.</summary>
    /// <param name="bytes">Its first bytes.</param>
    /// <param name="size">Of all of it, in bytes; null where that is not known.</param>
    /// <param name="charset">As its sender named it; null where nobody did.</param>
    public static TextFile Read(string name, ReadOnlySpan<byte> bytes, long? size, string? charset = null)
    {
        var isCut = bytes.Length > MostBytes || size > bytes.Length;
        bytes = bytes[..Math.Min(bytes.Length, MostBytes)];
        var (text, guess) = Decode(bytes, isCut, charset);
        if (text is null || text.Contains('\0', StringComparison.Ordinal))
        {
            return new(name, null, NoText);
        }

        var all = size is { } known ? string.Create(CultureInfo.InvariantCulture, $" of its {known:N0}") : "";
        return new(
            name,
            WholeText.Of(text),
            isCut ? string.Create(CultureInfo.InvariantCulture, $"The first {bytes.Length:N0}{all} bytes were read.")
                : guess is null ? null
                : $"Its letters were read as {guess}, as it does not say."
        );
    }

    /// <summary>The text with the files below it, at most so long.</summary>
    public static string Add(string text, IEnumerable<TextFile> files, int most)
    {
        var whole = new StringBuilder(text);
        foreach (var file in files.Take(Most))
        {
            var name = string.Concat(file.Name.Where(c => !char.IsControl(c) && c is not ('[' or ']')));
            var head = $"\n\n[{(file.Text is null ? "file" : "text of")} {name}{(file.Remark is null ? "" : $": {file.Remark}")}]";
            var end = file.Text is null ? "" : $"\n[end of {name}]";
            var room = most - whole.Length - head.Length - end.Length - Cut.Length - 1;
            if (room <= 0)
            {
                break; // It is named among the message's files.
            }

            whole.Append(head);
            if (file.Text is { } content)
            {
                whole.Append('\n').Append(content.Length <= room ? content : $"{Whole(content, room)}{Cut}").Append(end);
            }
        }

        return whole.ToString();
    }

    private const string Cut = "\n[The file goes on and was cut here.]";

    private static bool HasEnding(string? name) => Endings.Contains(Path.GetExtension(name ?? "").ToLowerInvariant());

    private static (string? Text, string? Guess) Decode(ReadOnlySpan<byte> bytes, bool isCut, string? charset)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return ((bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes[2..]), null);
        }

        if (Utf8(bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes, isCut) is { } text)
        {
            return (text, null);
        }

        if (charset is not null && Find(charset) is { } told)
        {
            return (told.GetString(bytes), null);
        }

        return bytes.Contains((byte)0) ? (null, null) : (Encoding.GetEncoding(1252).GetString(bytes), "Windows-1252");
    }

    /// <summary>Null where it is none; a character that the cut went through is left out.</summary>
    private static string? Utf8(ReadOnlySpan<byte> bytes, bool isCut)
    {
        for (var end = bytes.Length; isCut && end > 0 && bytes.Length - end < 4; end--)
        {
            if ((bytes[end - 1] & 0xC0) == 0xC0)
            {
                bytes = bytes[..(end - 1)];
                break;
            }

            if ((bytes[end - 1] & 0x80) == 0)
            {
                break;
            }
        }

        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    private static Encoding? Find(string charset)
    {
        try
        {
            return Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Whole(string text, int most) => text[..(most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
