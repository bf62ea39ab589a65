using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Writes fields as a multipart body, with the headers that curl's mime.c gives each part. The boundary comes from a hash of what is in the
/// parts, so that the same command makes the same request and no content can hold it.
/// </summary>
internal static class CurlMultipart
{
    private static readonly (string Ending, string Type)[] Types =
    [
        (".gif", "image/gif"),
        (".jpg", "image/jpeg"),
        (".jpeg", "image/jpeg"),
        (".png", "image/png"),
        (".svg", "image/svg+xml"),
        (".txt", "text/plain"),
        (".htm", "text/html"),
        (".html", "text/html"),
        (".pdf", "application/pdf"),
        (".xml", "application/xml"),
    ];

    /// <param name="type">What the command says the body's type is; null for multipart/form-data.</param>
    public static (CurlBody Body, string ContentType) Write(CurlForm form, string? type)
    {
        type ??= "multipart/form-data";
        var disposition = type.Split(';', ' ')[0].Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? "form-data"
            : "attachment";
        var parts = new List<CurlPart>(form.Fields.Count);
        var body = new StringBuilder();
        foreach (var field in form.Fields)
        {
            var headers = HeadersOf(field, disposition, form.UsesBackslashes);
            body.Append("--\0\r\n")
                .AppendJoin("\r\n", headers)
                .Append(headers.Count > 0 ? "\r\n\r\n" : "\r\n")
                .Append(field.Content)
                .Append("\r\n");
            parts.Add(new(TextOf(field.Name), [.. headers.Select(header => TextOf(header)!)], Octets.ToBytes(field.Content)));
        }

        // No word holds a zero byte, so it can stand for the boundary until that is known.
        body.Append("--\0--\r\n");
        var hash = SHA256.HashData(Octets.ToBytes(body.ToString()));
        var boundary = $"------------------------{Convert.ToHexStringLower(hash)[..22]}";
        return (new(Octets.ToBytes(body.Replace("\0", boundary).ToString()), parts), $"{type}; boundary={boundary}");
    }

    private static List<string> HeadersOf(CurlField field, string disposition, bool usesBackslashes)
    {
        var headers = new List<string>();
        var shown = new StringBuilder($"Content-Disposition: {disposition}");
        Append(shown, "name", field.Name, usesBackslashes);
        Append(shown, "filename", field.FileName, usesBackslashes);
        var isNamed = field.Name is not null || field.FileName is not null;
        if ((disposition == "form-data" || isNamed) && FindHeader(field, "Content-Disposition") is null)
        {
            headers.Add(shown.ToString());
        }

        if ((field.Type ?? FindHeader(field, "Content-Type") ?? TypeOf(field.FileName)) is { } type)
        {
            headers.Add($"Content-Type: {type}");
        }

        if (field.Coding is not null && FindHeader(field, "Content-Transfer-Encoding") is null)
        {
            headers.Add($"Content-Transfer-Encoding: {field.Coding}");
        }

        headers.AddRange(field.Headers.Where(header => !header.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase)));
        return headers;
    }

    private static void Append(StringBuilder shown, string parameter, string? value, bool usesBackslashes)
    {
        if (value is null)
        {
            return;
        }

        var escaped = usesBackslashes
            ? value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            : value.Replace("\"", "%22", StringComparison.Ordinal);
        shown.Append(
            $"; {parameter}=\"{escaped.Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal)}\""
        );
    }

    private static string? FindHeader(CurlField field, string name) =>
        field
            .Headers.Where(header =>
                header.Length > name.Length && header[name.Length] == ':' && header.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            )
            .Select(header => header[(name.Length + 1)..].TrimStart(' '))
            .FirstOrDefault();

    private static string? TypeOf(string? fileName) =>
        fileName is null ? null : Types.FirstOrDefault(type => fileName.EndsWith(type.Ending, StringComparison.OrdinalIgnoreCase)).Type;

    /// <summary>Names and headers are UTF-8; where they are not, each byte is shown as a letter of Latin-1.</summary>
    private static string? TextOf(string? octets) => octets is null ? null : Octets.FindText(octets) ?? octets;
}
