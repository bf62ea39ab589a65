using System.Buffers.Text;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// The place in a sorted list after which a page begins: the last row's value in that order, and its id. Whoever pages sees it as a word
/// without a meaning.
/// </summary>
/// <param name="List">The list and the order that it is a place of.</param>
public sealed record Cursor(string List, JsonElement Value, long Id)
{
    /// <exception cref="BadHttpRequestException">It is none, or one of another list or order.</exception>
    public static Cursor Read(string text, string list) => Find(text, list) ?? throw Unfit();

    /// <summary>Null for what is none, or one of another list or order.</summary>
    public static Cursor? Find(string text, string list)
    {
        try
        {
            return JsonSerializer.Deserialize<Cursor>(Base64Url.DecodeFromChars(text)) is { } cursor && cursor.List == list ? cursor : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    public static string Write<TValue>(string list, TValue value, long id) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Cursor(list, JsonSerializer.SerializeToElement(value), id)));

    /// <exception cref="BadHttpRequestException">It holds no such value.</exception>
    public TValue ValueAs<TValue>()
    {
        try
        {
            return Value.Deserialize<TValue>() ?? throw Unfit();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Unfit();
        }
    }

    private static BadHttpRequestException Unfit() =>
        new(
            "This cursor doesn't belong to this list and order. Send back next_cursor unchanged with the same sort and descending, or start again without it."
        );
}
