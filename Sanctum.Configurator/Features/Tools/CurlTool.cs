using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>What a pasted cURL command becomes: a call without secrets, and the secrets by name.</summary>
/// <param name="Missing">Names of secrets whose values the command does not say, such as those of shell variables.</param>
internal sealed record CurlTool(HttpCall Call, IReadOnlyDictionary<string, string> Secrets, IReadOnlyList<string> Missing)
{
    private const string WholeBody = "body";

    /// <summary>Takes the secrets out of the request.</summary>
    public static CurlTool Of(CurlReading.Understood read)
    {
        var request = read.Request;
        var (secrets, missing) = (new Dictionary<string, string>(), new List<string>());
        var text = request.Body?.Text;
        var names = new Dictionary<CurlSecret, string>();
        foreach (var secret in read.Secrets.Where(secret => secret.Place != CurlPlace.Body || text is not null))
        {
            names[secret] = NameFor(secret.Name, names.Values);
            if (secret.IsVariable)
            {
                missing.Add(names[secret]);
            }
            else
            {
                secrets[names[secret]] = TextOf(request, secret).Substring(secret.Start, secret.Length);
            }
        }

        var isSealed = text is null && request.Body is not null && read.Secrets.Any(secret => secret.Place == CurlPlace.Body);
        if (isSealed)
        {
            // Where in bytes a secret stands can't be said by a placeholder: all of them are one.
            secrets[NameFor(WholeBody, names.Values)] = Convert.ToBase64String(request.Body!.Bytes.Span);
        }

        string Put(CurlPlace place, int header, string whole) =>
            Replace(whole, names.Where(named => named.Key.Place == place && named.Key.Header == header));
        var call = new HttpCall(
            HttpCall.HttpKind,
            request.Method,
            Put(CurlPlace.Url, -1, request.Url),
            [.. request.Headers.Select((header, at) => (IReadOnlyList<string>)[header.Name, Put(CurlPlace.Header, at, header.Value)])],
            [.. names.Values.Concat(secrets.Keys).Distinct()],
            isSealed ? SecretPlaceholder.Of(secrets.Keys.Last())
                : text is not null ? Put(CurlPlace.Body, -1, text)
                : request.Body is { } body ? Convert.ToBase64String(body.Bytes.Span)
                : null,
            request.Body is not null && text is null,
            request.Manners.FollowRedirects,
            request.Manners.Timeout is { } limit ? Math.Min(limit.TotalSeconds, ToolRunner.LongestRun.TotalSeconds) : null
        );
        return new(call, secrets, missing);
    }

    private static string TextOf(CurlRequest request, CurlSecret secret) =>
        secret.Place switch
        {
            CurlPlace.Url => request.Url,
            CurlPlace.Header => request.Headers[secret.Header].Value,
            _ => request.Body!.Text!,
        };

    private static string Replace(string whole, IEnumerable<KeyValuePair<CurlSecret, string>> named)
    {
        var (text, at) = (new StringBuilder(), 0);
        foreach (var (secret, name) in named.OrderBy(pair => pair.Key.Start))
        {
            text.Append(whole, at, secret.Start - at).Append(SecretPlaceholder.Of(name));
            at = secret.Start + secret.Length;
        }

        return text.Append(whole, at, whole.Length - at).ToString();
    }

    /// <summary>Small letters, digits and underscores; a number after it where the name is taken.</summary>
    private static string NameFor(string said, IReadOnlyCollection<string> taken)
    {
        var name = string.Concat(said.Trim().Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')).Trim('_');
        name = name.Length == 0 ? "secret" : name[..Math.Min(name.Length, 60)];
        var free = name;
        for (var number = 2; taken.Contains(free); number++)
        {
            free = $"{name}_{number}";
        }

        return free;
    }
}
