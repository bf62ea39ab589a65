namespace Sanctum.Configurator.Platform;

/// <summary>
/// Reads the characters of what comes from outside, by its byte order mark, by the name its sender gives, or, where both are missing, as
/// UTF-8
/// or what can only be UTF-16. Names are taken as browsers take them (the standard "Encoding"); one that nobody knows counts as UTF-8.
/// </summary>
public static class OutsideText
{
    // Names that the standard knows and .NET does not, or that mean more in practice than by their own standard.
    private static readonly Dictionary<string, string> Labels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["unicode-1-1-utf-8"] = "utf-8",
        ["x-unicode20utf8"] = "utf-8",
        ["utf16"] = "utf-16",
        ["utf-16le"] = "utf-16",
        ["ucs-2"] = "utf-16",
        ["unicode"] = "utf-16",
        ["ascii"] = "windows-1252",
        ["us-ascii"] = "windows-1252",
        ["latin1"] = "windows-1252",
        ["latin-1"] = "windows-1252",
        ["l1"] = "windows-1252",
        ["iso-8859-1"] = "windows-1252",
        ["iso8859-1"] = "windows-1252",
        ["iso88591"] = "windows-1252",
        ["iso_8859-1"] = "windows-1252",
        ["cp1252"] = "windows-1252",
        ["x-cp1252"] = "windows-1252",
        ["cp1251"] = "windows-1251",
        ["x-cp1251"] = "windows-1251",
        ["cp1250"] = "windows-1250",
        ["cp866"] = "ibm866",
        ["866"] = "ibm866",
        ["gb2312"] = "gb18030",
        ["gb_2312-80"] = "gb18030",
        ["gbk"] = "gb18030",
        ["x-gbk"] = "gb18030",
        ["cp936"] = "gb18030",
        ["sjis"] = "shift_jis",
        ["shift-jis"] = "shift_jis",
        ["x-sjis"] = "shift_jis",
        ["ms_kanji"] = "shift_jis",
        ["ms932"] = "shift_jis",
        ["cp932"] = "shift_jis",
        ["windows-31j"] = "shift_jis",
        ["eucjp"] = "euc-jp",
        ["x-euc-jp"] = "euc-jp",
        ["euckr"] = "euc-kr",
        ["ks_c_5601-1987"] = "euc-kr",
        ["ksc5601"] = "euc-kr",
        ["cp949"] = "euc-kr",
        ["windows-949"] = "euc-kr",
        ["big5-hkscs"] = "big5",
        ["cn-big5"] = "big5",
        ["x-x-big5"] = "big5",
        ["tis-620"] = "windows-874",
    };

    static OutsideText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The text; what is no character of its encoding becomes a replacement mark.</summary>
    /// <param name="charset">As the sender calls it; null where it says nothing.</param>
    public static string Read(ReadOnlySpan<byte> bytes, string? charset = null)
    {
        var encoding = Find(bytes, charset);
        var mark = encoding.Preamble;
        return encoding.GetString(mark.Length > 0 && bytes.StartsWith(mark) ? bytes[mark.Length..] : bytes);
    }

    /// <summary>The same text in UTF-8 without a mark; the same bytes where they are that already.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> bytes, string? charset = null)
    {
        var encoding = Find(bytes.Span, charset);
        return encoding is not UTF8Encoding ? Encoding.UTF8.GetBytes(Read(bytes.Span, charset))
            : bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..]
            : bytes;
    }

    /// <summary>Null for a name that nobody knows, and for UTF-7, which is read nowhere any more.</summary>
    public static Encoding? Find(string? charset)
    {
        var name = charset?.Trim().Trim('"', '\'').Trim() ?? "";
        try
        {
            return name.Length == 0 ? null : Encoding.GetEncoding(Labels.GetValueOrDefault(name, name));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The encoding of a text that begins so.</summary>
    public static Encoding Find(ReadOnlySpan<byte> bytes, string? charset) =>
        bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
            [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
            [0, 0, 0xFE, 0xFF, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,

            // No text has a NUL among its first signs, but every one of plain letters in these.
            [not 0, 0, 0, 0, ..] => Encoding.UTF32,
            [not 0, 0, not 0, 0, ..] or [not 0, 0] => Encoding.Unicode,
            [0, not 0, 0, not 0, ..] or [0, not 0] => Encoding.BigEndianUnicode,
            _ => Find(charset) ?? Encoding.UTF8,
        };
}
