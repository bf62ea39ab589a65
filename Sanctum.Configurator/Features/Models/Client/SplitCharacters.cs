using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>
/// Characters of which one half stands at the end of a piece and the other one in a later piece, as servers write them that cut texts by
/// units of UTF-16. No reader of JSON takes a half.
/// </summary>
internal sealed partial class SplitCharacters
{
    private string _half = "";

    /// <returns>The JSON with whole characters only; null where there is no half.</returns>
    public byte[]? Join(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf(@"\ud"u8) < 0 && json.IndexOf(@"\uD"u8) < 0)
        {
            return null;
        }

        var given = Encoding.UTF8.GetString(json);
        var joined = _half.Length == 0 ? given : Second().Replace(given, second => _half + second.Value, 1);
        _half = joined == given ? _half : "";
        joined = First().Replace(joined, first => (_half = first.Value)[..0]);
        joined = Second().Replace(joined, @"\ufffd");
        return joined == given ? null : Encoding.UTF8.GetBytes(joined);
    }

    [GeneratedRegex(@"(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")]
    private static partial Regex First();

    [GeneratedRegex(@"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})(?<!\\)\\u[dD][c-fC-F][0-9a-fA-F]{2}")]
    private static partial Regex Second();
}
