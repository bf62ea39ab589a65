using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Patterns of LIKE: % for any text, _ for one character, a backslash before one that means itself.</summary>
internal static class LikePattern
{
    public static string ToGlob(string pattern)
    {
        var glob = new StringBuilder();
        Walk(
            pattern,
            any: () => glob.Append('*'),
            one: () => glob.Append('?'),
            itself: c => glob.Append(c is '*' or '?' or '[' ? $"[{c}]" : $"{c}")
        );
        return glob.ToString();
    }

    public static string ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        Walk(pattern, any: () => regex.Append(".*"), one: () => regex.Append('.'), itself: c => regex.Append(Regex.Escape($"{c}")));
        return regex.Append("\\z").ToString();
    }

    private static void Walk(string pattern, Action any, Action one, Action<char> itself)
    {
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '%':
                    any();
                    break;
                case '_':
                    one();
                    break;
                case '\\' when at + 1 < pattern.Length:
                    itself(pattern[++at]);
                    break;
                case var c:
                    itself(c);
                    break;
            }
        }
    }
}
