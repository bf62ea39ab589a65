using StackExchange.Redis;

namespace Sanctum.Configurator.Features.Conversations.ShortTerm;

/// <summary>Reads <c>REDIS_URL</c>: <c>redis://user:password@host:6379/0</c>, or <c>rediss://</c> for TLS.</summary>
internal static class RedisAddress
{
    public const string Variable = "REDIS_URL";

    private const int DefaultPort = 6379,
        MostDatabases = 65_536;

    /// <summary>An answer never waits longer than this for Redis.</summary>
    private const int PatienceMs = 500;

    /// <exception cref="StartRefusedException">It is no address of a Redis server.</exception>
    public static ConfigurationOptions Read(string url)
    {
        var (text, credentials) = Split(url.Trim());
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("redis" or "rediss") || address.Host is "")
        {
            throw Refused("It must begin with redis:// or rediss://, as in redis://:password@localhost:6379/0.");
        }

        if (address.Query.Length > 1 || address.Fragment.Length > 1)
        {
            throw Refused("Parameters after ? or # are not supported. For TLS begin it with rediss://.");
        }

        var path = address.AbsolutePath.Trim('/');
        var number = 0;
        if (
            path.Length > 0
            && (!int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number >= MostDatabases)
        )
        {
            throw Refused("What follows the port must be the number of a database, such as /0.");
        }

        var user = credentials.Split(':', 2);
        return new()
        {
            EndPoints = { { address.IdnHost.Trim('[', ']'), address.Port > 0 ? address.Port : DefaultPort } },
            User = user.Length > 1 && user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user[^1].Length > 0 ? Uri.UnescapeDataString(user[^1]) : null,
            DefaultDatabase = number,
            Ssl = address.Scheme == "rediss",
            SslHost = address.Scheme == "rediss" ? address.IdnHost : null,
            AbortOnConnectFail = false,
            ConnectTimeout = 2 * PatienceMs,
            AsyncTimeout = PatienceMs,
            SyncTimeout = PatienceMs,
            BacklogPolicy = BacklogPolicy.FailFast,
            ClientName = "sanctum-configurator",
        };
    }

    /// <summary>
    /// The address without whoever signs in, and these. Providers make passwords with characters that an address may not have, and people
    /// write them as they are: whatever is before the last @ is theirs.
    /// </summary>
    private static (string Address, string Credentials) Split(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.LastIndexOf('@');
        return start < 3 || end < start ? (url, "") : (url[..start] + url[(end + 1)..], url[start..end]);
    }

    private static StartRefusedException Refused(string why) =>
        new($"{Variable} is not valid. {why} Leave it empty to keep the last messages in the console's own memory.");
}
