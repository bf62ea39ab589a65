using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Finds what the component in a block of code is called: as the fence says, else as the code itself does.</summary>
internal static partial class CodeNames
{
    public const int Longest = 255;

    /// <summary>Characters of a block that are looked at.</summary>
    private const int MostExamined = 20_000;

    /// <summary>Files that are called so are known by their folder.</summary>
    private static readonly string[] Anonymous = ["index", "page", "main", "mod", "__init__"];

    private static readonly string[] Styles = ["css", "scss", "sass", "less"];

    public static string? Find(CodeInfo info, string code)
    {
        var examined = code.Length <= MostExamined ? code : code[..MostExamined];
        return Short(NameOfFile(info.Title) ?? NameOfFile(FileComment(examined)) ?? Declared(examined, info.Language));
    }

    /// <summary>"src/PricingCard.tsx" is a PricingCard; "Pricing card" is itself.</summary>
    private static string? NameOfFile(string? title)
    {
        if (string.IsNullOrWhiteSpace(title))
        {
            return null;
        }

        var parts = title.Trim().Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return null;
        }

        var stem = Extensions().Replace(parts[^1], "");
        return Anonymous.Contains(stem, StringComparer.OrdinalIgnoreCase) && parts.Length > 1 ? parts[^2]
            : stem.Length > 0 ? stem
            : parts[^1];
    }

    private static string? FileComment(string code) =>
        FileComments().Match(code) is { Success: true } match ? match.Groups["file"].Value : null;

    private static string? Declared(string code, string? language) =>
        language is not null && Styles.Contains(language, StringComparer.OrdinalIgnoreCase)
            ? null
            : First(code, Exports(), Titles(), Components(), Types(), Functions());

    private static string? First(string code, params Regex[] ways)
    {
        foreach (var way in ways)
        {
            if (way.Match(code) is { Success: true } match && match.Groups["name"].Value.Trim() is { Length: > 0 } name)
            {
                return name;
            }
        }

        return null;
    }

    private static string? Short(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var line = string.Join(' ', name.Split(default(char[]?), StringSplitOptions.RemoveEmptyEntries));
        var most =
            line.Length <= Longest ? line.Length
            : char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1
            : Longest;
        return most == 0 ? null : line[..most];
    }

    [GeneratedRegex(@"(?<=.)(\.(module|component|stories|spec|test))?\.[A-Za-z]\w{0,9}$", RegexOptions.IgnoreCase)]
    private static partial Regex Extensions();

    [GeneratedRegex(
        @"\A\s*(//|\#|--|/\*+|<!--|;|%)\s*((file|filename|path)\s*:\s*)?(?<file>[\w@.\\/-]*\w\.[A-Za-z][A-Za-z0-9]{0,9})\s*(\*/|-->)?[ \t]*\r?(\n|\z)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex FileComments();

    [GeneratedRegex(
        @"^\s*export\s+default\s+(async\s+)?(function\s*\*?|class)?\s*(?<name>[A-Za-z_$][\w$]*)\s*([(;{<\n\r]|extends\b|implements\b|$)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline
    )]
    private static partial Regex Exports();

    [GeneratedRegex(
        @"<title[^>]*>\s*(?<name>[^<]{1,200})</title>",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Titles();

    [GeneratedRegex(
        @"^\s*(export\s+)?(async\s+)?(function\s*\*?|const|let|var)\s+(?<name>[A-Z][\w$]*)\s*(\(|<|=|:)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline
    )]
    private static partial Regex Components();

    [GeneratedRegex(
        @"^\s*((export|public|internal|private|protected|sealed|abstract|static|partial|final|open|data|async|pub)\s+)*(class|interface|struct|record|enum|trait|object|module)\s+(?<name>[A-Za-z_]\w*)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline
    )]
    private static partial Regex Types();

    [GeneratedRegex(
        @"^\s*((export|async|public|private|static|pub)\s+)*(function|def|func|fn|fun|sub)\s+(?<name>[A-Za-z_$][\w$]*)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline
    )]
    private static partial Regex Functions();
}
