namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Finds what looks like a secret, by the name of a header, parameter, field or member, and by the shapes in which well-known services give
/// out
/// their keys. It would rather find one too many: what is found is only kept encrypted. It reads JSON leniently, as a body with a variable
/// in
/// it is none.
/// </summary>
internal sealed class CurlSecrets
{
    private readonly List<CurlSecret> _found = [];

    private CurlSecrets() { }

    public static IReadOnlyList<CurlSecret> Find(CurlRequest request)
    {
        var secrets = new CurlSecrets();
        for (var at = 0; at < request.Headers.Count; at++)
        {
            secrets.FindInHeader(request.Headers[at], at);
        }

        secrets.FindInUrl(request.Url);
        if (request.Body is { } body)
        {
            secrets.FindInBody(body, request.Headers.FirstOrDefault(header => header.Is("Content-Type"))?.Value ?? "");
        }

        return secrets._found;
    }

    private void FindInHeader(CurlHeader header, int index)
    {
        if (!SecretNames.IsHeader(header.Name))
        {
            FindShapes(CurlPlace.Header, index, header.Value, 0, header.Value.Length);
            return;
        }

        // "Bearer" and "Basic" are no secrets: the scheme stays readable.
        var blank =
            header.Is("Authorization") || header.Is("Proxy-Authorization") ? header.Value.IndexOf(' ', StringComparison.Ordinal) : -1;
        var start = blank + 1;
        while (start < header.Value.Length && header.Value[start] == ' ')
        {
            start++;
        }

        Add(CurlPlace.Header, index, header.Name, header.Value, start, header.Value.Length);
    }

    private void FindInUrl(string url)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? url.Length : query;
        FindShapes(CurlPlace.Url, -1, url, 0, path);
        if (url.IndexOf("hooks.slack.com/services/", StringComparison.Ordinal) is >= 0 and var hook)
        {
            Add(CurlPlace.Url, -1, "Slack webhook", url, hook + "hooks.slack.com/services/".Length, path);
        }

        FindInPairs(CurlPlace.Url, url, path + 1, url.Length);
    }

    private void FindInBody(CurlBody body, string type)
    {
        var text = body.Text ?? Encoding.Latin1.GetString(body.Bytes.Span);
        if (body.IsMultipart)
        {
            FindInParts(body, text);
        }
        else if (
            type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            && !text.AsSpan().TrimStart().StartsWith("{")
        )
        {
            FindInPairs(CurlPlace.Body, text, 0, text.Length);
        }
        else
        {
            FindInJson(text);
        }
    }

    /// <summary>name=value, joined by &amp;.</summary>
    private void FindInPairs(CurlPlace place, string text, int start, int end)
    {
        while (start < end)
        {
            var next = text.IndexOf('&', start, end - start) is >= 0 and var mark ? mark : end;
            var equals = text.IndexOf('=', start, next - start);
            var value = equals < 0 ? start : equals + 1;
            var name = equals < 0 ? "" : text[start..equals];
            if (SecretNames.IsField(name))
            {
                Add(place, -1, name, text, value, next);
            }
            else
            {
                FindShapes(place, -1, text, value, next);
            }

            start = next + 1;
        }
    }

    private void FindInParts(CurlBody body, string text)
    {
        var from = 0;
        foreach (var part in body.Parts)
        {
            var content = body.Text is null ? Encoding.Latin1.GetString(part.Content.Span) : Encoding.UTF8.GetString(part.Content.Span);
            var start = text.IndexOf("\r\n\r\n", from, StringComparison.Ordinal) + 4;
            var end = start + content.Length;
            if (SecretNames.IsField(part.Name ?? ""))
            {
                Add(CurlPlace.Body, -1, part.Name!, text, start, end);
            }
            else
            {
                FindShapes(CurlPlace.Body, -1, text, start, end);
            }

            from = end;
        }
    }

    /// <summary>The value of "name": "value", and any string in a known shape.</summary>
    private void FindInJson(string text)
    {
        var name = "";
        for (var at = text.IndexOf('"', StringComparison.Ordinal); at >= 0 && at < text.Length; at = text.IndexOf('"', at))
        {
            var end = CloseOf(text, at);
            var after = PastBlanks(text, end + 1);
            if (after < text.Length && text[after] == ':')
            {
                name = text[(at + 1)..end];
                at = PastBlanks(text, after + 1);
                if (at < text.Length && text[at] == '"')
                {
                    end = CloseOf(text, at);
                    FindInMember(text, name, at + 1, end);
                    at = end + 1;
                }
            }
            else
            {
                FindInMember(text, "", at + 1, end);
                at = end + 1;
            }

            if (at >= text.Length)
            {
                return;
            }
        }

        if (!text.Contains('"', StringComparison.Ordinal))
        {
            FindShapes(CurlPlace.Body, -1, text, 0, text.Length);
        }
    }

    private void FindInMember(string text, string name, int start, int end)
    {
        if (SecretNames.IsField(name))
        {
            Add(CurlPlace.Body, -1, name, text, start, end);
        }
        else
        {
            FindShapes(CurlPlace.Body, -1, text, start, end);
        }
    }

    private void FindShapes(CurlPlace place, int header, string text, int start, int end)
    {
        foreach (var (kind, from, length) in SecretShapes.Find(text, start, Math.Min(end, text.Length)))
        {
            _found.Add(new(place, header, kind, from, length, false));
        }
    }

    private void Add(CurlPlace place, int header, string name, string text, int start, int end)
    {
        if (start < end && end <= text.Length)
        {
            _found.Add(new(place, header, name, start, end - start, SecretNames.IsVariable(text.AsSpan(start, end - start))));
        }
    }

    private static int CloseOf(string text, int open)
    {
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                return at;
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        return text.Length;
    }

    private static int PastBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
