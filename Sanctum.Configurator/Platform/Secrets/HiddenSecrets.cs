using System.Net;
using System.Text.Encodings.Web;

namespace Sanctum.Configurator.Platform.Secrets;

/// <summary>
/// Secrets that may come back in what somebody else says, and are taken out of it before it is shown or kept: as they are, and as an address,
/// a form, JSON or Base64 has them.
/// </summary>
public sealed class HiddenSecrets
{
    private const string Mark = "••••";

    /// <summary>Other forms of shorter ones are letters that stand anywhere.</summary>
    private const int ShortestInForms = 6;

    private readonly Lock _lock = new();
    private IReadOnlyList<string> _secrets;

    public HiddenSecrets(IEnumerable<string> secrets) => _secrets = Sorted(secrets.SelectMany(FormsOf));

    /// <summary>The longest first, so that none is left behind of which another is a part.</summary>
    public IReadOnlyList<string> All => _secrets;

    public void Add(string secret)
    {
        lock (_lock)
        {
            _secrets = _secrets.Contains(secret) ? _secrets : Sorted(_secrets.Concat(FormsOf(secret)));
        }
    }

    public string Hide(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Mark, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Takes them out of every text within.</summary>
    public JsonNode? Hide(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members when _secrets.Count > 0:
                foreach (var (name, value) in members.ToList())
                {
                    Put(value, hidden => members[name] = hidden);
                }

                break;
            case JsonArray items when _secrets.Count > 0:
                for (var at = 0; at < items.Count; at++)
                {
                    Put(items[at], hidden => items[at] = hidden);
                }

                break;
            case JsonValue text when text.TryGetValue<string>(out var said) && Hide(said) is var shown && shown != said:
                return JsonValue.Create(shown);
        }

        return node;
    }

    private void Put(JsonNode? value, Action<JsonNode?> put)
    {
        var hidden = Hide(value);
        if (!ReferenceEquals(hidden, value))
        {
            put(hidden);
        }
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        yield return secret;
        if (secret.Length < ShortestInForms)
        {
            yield break;
        }

        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return JsonEncodedText.Encode(secret).ToString();
        yield return JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

        // Without its end, which is another where something stands behind it.
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        yield return base64.EndsWith('=') ? base64.TrimEnd('=')[..^1] : base64;
    }

    private static IReadOnlyList<string> Sorted(IEnumerable<string> secrets) =>
        [.. secrets.Where(secret => secret.Length > 0).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];
}
