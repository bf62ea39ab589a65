using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>One HTTP answer, read tolerantly. Texts of the server's are clean already.</summary>
internal sealed class LettaAnswer
{
    private readonly string _body;
    private readonly JsonElement? _json;
    private readonly Shown _shown;

    private LettaAnswer(HttpResponseMessage response, ReadOnlyMemory<byte> content, bool isTooLong, Uri asked, Shown shown)
    {
        var charset = response.Content.Headers.ContentType?.CharSet;
        var body = OutsideText.Read(content.Span, charset);
        (_body, _shown, IsTooLong, Status) = (body, shown, isTooLong, (int)response.StatusCode);
        var phrase = shown.Clean(response.ReasonPhrase, 60);
        Phrase = phrase.Length > 0 ? phrase : ReasonPhrases.GetReasonPhrase(Status);
        (_json, Fault) = isTooLong ? (null, JsonFault.Other) : FindJson(content, charset);
        IsHtml =
            _json is null
            && (
                response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml"
                || body.TrimStart().StartsWith('<')
            );
        Title = IsHtml ? shown.FindTitle(body) : null;
        RetryAfter = RetryAfterOf(response);
        AsksForLogin = response.Headers.WwwAuthenticate.Any(way =>
            way.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || way.Scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase)
        );
        Asked = asked;
        Location = response.Headers.Location is { } location && Uri.TryCreate(asked, location, out var there) ? there : null;
    }

    public int Status { get; }

    public string Phrase { get; }

    public string StatusLine => Phrase.Length > 0 ? $"{Status} {Phrase}" : Status.ToString(CultureInfo.InvariantCulture);

    public bool IsTooLong { get; }

    public bool IsHtml { get; }

    public bool IsJson => _json is not null;

    /// <summary>What it is where it is no JSON.</summary>
    public JsonFault Fault { get; }

    public string? Title { get; }

    public TimeSpan? RetryAfter { get; }

    /// <summary>A proxy wants a user name and a password of its own.</summary>
    public bool AsksForLogin { get; }

    public Uri Asked { get; }

    /// <summary>Where a redirect points; may hold secrets, so only ever shown through <see cref="Shown.Place"/>.</summary>
    public Uri? Location { get; }

    public static async Task<LettaAnswer> ReadAsync(HttpResponseMessage response, Uri asked, Shown shown, CancellationToken cancel)
    {
        try
        {
            return new(response, await JsonAnswer.ReadAsync(response.Content, cancel), isTooLong: false, asked, shown);
        }
        catch (OutboundFailedException e) when (e.Failure == OutboundFailure.TooLarge)
        {
            return new(response, default, isTooLong: true, asked, shown);
        }
        catch (OutboundFailedException) when (!response.IsSuccessStatusCode)
        {
            // The status says enough.
            return new(response, default, isTooLong: false, asked, shown);
        }
    }

    public bool HasBody(string body) => _body.Trim() == body;

    public string? FindText(string property) =>
        _json is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.String
            ? _shown.Clean(value.GetString(), 60)
            : null;

    public int? FindNumber(string property) =>
        _json is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
            ? number
            : null;

    /// <summary>A switch within an object of the answer; null where it is not there.</summary>
    public bool? FindFlag(string inside, string property) =>
        _json is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty(inside, out var part)
        && part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty(property, out var value)
        && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;

    /// <summary>The whole answer as a number of things, such as agents.</summary>
    public int? FindCount() =>
        _json is { ValueKind: JsonValueKind.Number } json && json.TryGetInt32(out var count) && count >= 0 ? count : null;

    /// <summary>Letta's 401 about its own account with a model provider, which has nothing to do with our token.</summary>
    public bool IsAboutModelProvider() =>
        _json is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty("error", out var error)
        && error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
        && (type.GetString() ?? "").StartsWith("llm_", StringComparison.Ordinal);

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

    private static string? DetailOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(DetailOf).Where(part => part is { Length: > 0 })),
            JsonValueKind.Object => ((string[])["message", "msg", "detail", "code"])
                .Select(name => value.TryGetProperty(name, out var part) ? DetailOf(part) : null)
                .FirstOrDefault(part => part is { Length: > 0 }),
            _ => null,
        };

    private static (JsonElement? Json, JsonFault Fault) FindJson(ReadOnlyMemory<byte> content, string? charset)
    {
        var (document, fault) = JsonAnswer.Parse(content, charset);
        using (document)
        {
            return (document?.RootElement.Clone(), fault);
        }
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } wait } => wait,
            { Date: { } date } when response.Headers.Date is { } now && date > now => date - now,
            _ => null,
        };
}
