using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>One HTTP answer, read tolerantly. Texts of the server's are clean already.</summary>
internal sealed class LettaAnswer
{
    private readonly string _body;
    private readonly JsonElement? _json;
    private readonly Shown _shown;

    private LettaAnswer(HttpResponseMessage response, string body, bool isTooLong, Uri asked, Shown shown)
    {
        (_body, _shown, IsTooLong, Status) = (body, shown, isTooLong, (int)response.StatusCode);
        var phrase = shown.Clean(response.ReasonPhrase, 60);
        Phrase = phrase.Length > 0 ? phrase : ReasonPhrases.GetReasonPhrase(Status);
        _json = isTooLong ? null : FindJson(body);
        IsHtml = _json is null && (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml"
            || body.TrimStart().StartsWith('<'));
        Title = IsHtml ? shown.FindTitle(body) : null;
        RetryAfter = RetryAfterOf(response);
        AsksForLogin = response.Headers.WwwAuthenticate.Any(
            way => way.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
                || way.Scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase));
        Location = response.Headers.Location is { } location && Uri.TryCreate(asked, location, out var there) ? there : null;
    }

    public int Status { get; }

    public string Phrase { get; }

    public string StatusLine => Phrase.Length > 0 ? $"{Status} {Phrase}" : Status.ToString(CultureInfo.InvariantCulture);

    public bool IsTooLong { get; }

    public bool IsHtml { get; }

    public bool IsJson => _json is not null;

    public string? Title { get; }

    public TimeSpan? RetryAfter { get; }

    /// <summary>A proxy wants a user name and a password of its own.</summary>
    public bool AsksForLogin { get; }

    /// <summary>Where a redirect points; may hold secrets, so only ever shown through <see cref="Shown.Place"/>.</summary>
    public Uri? Location { get; }

    public static async Task<LettaAnswer> ReadAsync(
        HttpResponseMessage response, Stream body, Uri asked, Shown shown, CancellationToken cancel)
    {
        using var read = new MemoryStream();
        var isTooLong = false;
        try
        {
            await body.CopyToAsync(read, cancel);
        }
        catch (Outbound.ResponseTooLargeException)
        {
            isTooLong = true;
        }

        // Enough for a title; the JSON of a health check has a few dozen bytes.
        var text = Encoding.UTF8.GetString(read.GetBuffer().AsSpan(0, (int)read.Length));
        return new(response, text, isTooLong, asked, shown);
    }

    public bool HasBody(string body) => _body.Trim() == body;

    public string? FindText(string property) =>
        _json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(property, out var value)
            && value.ValueKind == JsonValueKind.String
            ? _shown.Clean(value.GetString(), 60)
            : null;

    /// <summary>The whole answer as a number of things, such as agents.</summary>
    public int? FindCount() =>
        _json is { ValueKind: JsonValueKind.Number } json && json.TryGetInt32(out var count) && count >= 0 ? count : null;

    /// <summary>Letta's 401 about its own account with a model provider, which has nothing to do with our token.</summary>
    public bool IsAboutModelProvider() =>
        _json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("error", out var error)
        && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String && (type.GetString() ?? "").StartsWith("llm_", StringComparison.Ordinal);

    /// <summary>What the server says about an error: its <c>detail</c> is a string, a list or an object, as it likes.</summary>
    public string? FindDetail()
    {
        if (_json is not { ValueKind: JsonValueKind.Object } json)
        {
            return null;
        }

        foreach (var name in (string[])["detail", "message", "error"])
        {
            if (json.TryGetProperty(name, out var value) && DetailOf(value) is { Length: > 0 } detail)
            {
                return _shown.Clean(detail);
            }
        }

        return null;
    }

    private static string? DetailOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(DetailOf).Where(part => part is { Length: > 0 })),
        JsonValueKind.Object => ((string[])["message", "msg", "detail", "code"])
            .Select(name => value.TryGetProperty(name, out var part) ? DetailOf(part) : null)
            .FirstOrDefault(part => part is { Length: > 0 }),
        _ => null,
    };

    private static JsonElement? FindJson(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowTrailingCommas = true, MaxDepth = 32 });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } when response.Headers.Date is { } now && date > now => date - now,
        _ => null,
    };
}
