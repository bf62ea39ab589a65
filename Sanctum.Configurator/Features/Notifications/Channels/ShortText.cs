namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>Cuts texts by the bytes that they are on the wire.</summary>
internal static class ShortText
{
    private const char Mark = '…';

    /// <summary>
    /// The text, or as much of its beginning as has so many bytes in UTF-8 with the mark that it was cut. No character is cut in two.
    /// </summary>
    public static string Cut(string text, int mostBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= mostBytes)
        {
            return text;
        }

        var (kept, left) = (new StringBuilder(), mostBytes - Encoding.UTF8.GetByteCount([Mark]));
        for (var each = StringInfo.GetTextElementEnumerator(text); each.MoveNext(); )
        {
            var element = each.GetTextElement();
            left -= Encoding.UTF8.GetByteCount(element);
            if (left < 0)
            {
                break;
            }

            kept.Append(element);
        }

        return kept.Append(Mark).ToString();
    }
}
