using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// Text that was written for a terminal, without what only a terminal understands: colours, moves of the cursor, links, titles (ECMA-48).
/// </summary>
public static partial class TerminalText
{
    private const char Escape = '\u001b';

    /// <summary>The same sequences as PostgreSQL's expressions write them, in text and inside JSON.</summary>
    public const string OfPostgres =
        @"(\u001b|\\u001b)(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)|[ -/]+[0-~]|[0-Z^_c])|\u009b[0-?]*[ -/]*[@-~]";

    public static string Strip(string text) => text.AsSpan().IndexOfAny(Escape, '\u009b') < 0 ? text : Sequence().Replace(text, "");

    // CSI; OSC, DCS, PM and APC with their ends; sequences with an intermediate, such as that of a character set; and those of two
    // characters.
    [GeneratedRegex(
        @"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]+[0-~]|[0-Z^_c])|\x9b[0-?]*[ -/]*[@-~]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Sequence();
}
