using System.Text;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>
/// Commands that nobody would write: real ones with pieces cut out, doubled, exchanged and thrown in, and strings of words, quotes and
/// signs.
/// The same each time: the numbers come from a xorshift generator (Marsaglia, 2003).
/// </summary>
internal sealed class FuzzedCommands(ulong seed)
{
    private static readonly string[] Pieces =
    [
        "'",
        "\"",
        "\\",
        "`",
        "$",
        "$'",
        "$\"",
        "$(",
        "${",
        ")",
        "}",
        "{",
        "[",
        "]",
        "^",
        "^\"",
        "^\n",
        "`\n",
        "\\\n",
        "\\\r\n",
        "\r\n",
        "\n",
        "\t",
        " ",
        "  ",
        ";",
        "&",
        "&&",
        "|",
        "||",
        ">",
        ">>",
        "<",
        "<<",
        "<<<EOF",
        "2>&1",
        "<(",
        ">(",
        "#",
        " #",
        "!",
        "~",
        "*",
        "?",
        "%",
        "%20",
        "%PATH%",
        "@",
        "@-",
        "@file",
        "=",
        ":",
        "://",
        "http://",
        "https://a.b/",
        "ftp://x",
        "//",
        "/../",
        "/./",
        "?a=b",
        "&c=d",
        "[1-3]",
        "{a,b}",
        "[::1]",
        ":99999",
        "user:pw@",
        "-",
        "--",
        "-:",
        "--next",
        "-X",
        "-XPOST",
        "-H",
        "-d",
        "-F",
        "-u",
        "-b",
        "-G",
        "-I",
        "-T",
        "-e",
        "-A",
        "-r",
        "-m",
        "-sSL",
        "-Kx",
        "--json",
        "--data-raw",
        "--data-urlencode",
        "--data",
        "--form-string",
        "--url-query",
        "--url",
        "--no-get",
        "--no-",
        "--he",
        "--unknown",
        "--request=PUT",
        "--proto-default",
        "--max-redirs",
        "--compressed",
        "\\x",
        "\\xff",
        "\\u",
        "\\ud83d\\ude00",
        "\\U7fffffff",
        "\\777",
        "\\0",
        "\\c",
        "\\x{41}",
        "'\\''",
        "\"\"",
        "''",
        "\0",
        "\u0001",
        "\u007f",
        "\u00e9",
        "\u20ac",
        "\ud83d\ude00",
        "\ud83d",
        "\ude00",
        "\ufeff",
        "\u00a0",
        "\u2028",
        "“",
        "’",
        "a",
        "0",
        "A: b",
        "a=b",
        "a=b;type=x/y",
        ";filename=\"q",
        ";headers=@",
        "=(",
        "=)",
        "=<f",
        "{\"a\":\"",
        "\\\"",
        "token=",
        "Authorization: Bearer ",
        "Content-Type:",
        "Cookie;",
        "sk-abcdefghijklmnopqrst",
        "eyJaaaaaaaaaaaaaaaaaaa.bbbbbbbb.cccccccc",
        "curl ",
        "curl.exe ",
        "PS C:\\> ",
        "C:\\> ",
        "$ ",
        "> ",
    ];

    private ulong _state = seed;

    public string Next() => Below(2) == 0 ? Mutant() : Garbage();

    /// <summary>As long as a command may be, of one piece over and over.</summary>
    public static IEnumerable<string> Longest(int length)
    {
        foreach (var piece in Pieces)
        {
            foreach (
                var start in (string[])
                    [
                        "curl http://a/ -d ",
                        "curl http://a/ -d '",
                        "curl http://a/ -d $'",
                        "curl http://a/ -d \"",
                        "curl ",
                        "curl ^\"http://a/?",
                        "curl -F \"a=b;type=x/y ",
                    ]
            )
            {
                var text = new StringBuilder(start, length + piece.Length);
                while (text.Length + piece.Length < length)
                {
                    text.Append(piece);
                }

                yield return text.ToString();
            }
        }
    }

    private string Mutant()
    {
        var text = new StringBuilder(Real());
        for (var changes = 1 + Below(6); changes > 0; changes--)
        {
            var at = Below(text.Length + 1);
            var length = Math.Min(Below(12), text.Length - at);
            switch (Below(6))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2 when at < text.Length:
                    text[at] = (char)Below(Below(4) == 0 ? 0x10000 : 0x80);
                    break;
                case 3:
                    text.Length = at;
                    break;
                case 4:
                    var other = Real();
                    text.Insert(at, other[Below(other.Length)..]);
                    break;
                default:
                    text.Insert(at, Piece());
                    break;
            }
        }

        return text.ToString();
    }

    private string Garbage()
    {
        var text = new StringBuilder(Below(8) == 0 ? "" : "curl ");
        for (var pieces = Below(24); pieces > 0; pieces--)
        {
            text.Append(Piece()).Append(Below(3) == 0 ? " " : "");
        }

        return text.ToString();
    }

    private string Real() => CurlCommands.All[Below(CurlCommands.All.Count)].Replace("HOST", "api.example", StringComparison.Ordinal);

    private string Piece() => Pieces[Below(Pieces.Length)];

    private int Below(int most)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)(_state % (ulong)most);
    }
}
