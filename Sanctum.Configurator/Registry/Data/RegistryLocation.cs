using Npgsql;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>Which database holds the registry, and the folder for everything the console keeps in files.</summary>
/// <param name="DataDirectory">Absolute path of the folder that holds the SQLite files, the key ring and automatic backups.</param>
/// <param name="PostgresConnection">Npgsql's connection string, or null for SQLite.</param>
public sealed record RegistryLocation(string DataDirectory, string? PostgresConnection)
{
    private const int SupabaseTransactions = 6543;

    private static readonly string[] SupabaseHosts = [".pooler.supabase.com", ".supabase.co"];

    /// <summary>What libraries of other languages read of such addresses.</summary>
    private static readonly string[] OfOthers = ["pgbouncer", "supa", "workaround"];

    public const string DataDirectorySetting = "Sanctum:DataDirectory";

    /// <summary>What of the address was not taken as it stands, in a sentence for the operator; null where nothing was.</summary>
    public string? Note { get; private init; }

    public bool IsSqlite => PostgresConnection is null;

    public string RegistryFile => Path.Combine(DataDirectory, "registry.db");

    public string LogsFile => Path.Combine(DataDirectory, "logs.db");

    public string KeysFolder => Path.Combine(DataDirectory, "keys");

    public string BackupsFolder => Path.Combine(DataDirectory, "backups");

    /// <summary>
    /// Reads <c>DATABASE_URL</c>, <c>ConnectionStrings:Registry</c> and <c>Sanctum:DataDirectory</c>, in this order of weight.
    /// </summary>
    /// <exception cref="StartRefusedException">What names the database is not understood.</exception>
    public static RegistryLocation From(IConfiguration configuration, string contentRoot)
    {
        var folder = configuration[DataDirectorySetting] is { Length: > 0 } given ? given : "data";
        var (connection, note) = PostgresFrom(configuration);
        return new(Path.GetFullPath(folder, contentRoot), connection) { Note = note };
    }

    private static (string? Connection, string? Note) PostgresFrom(IConfiguration configuration)
    {
        if (configuration["DATABASE_URL"] is not { Length: > 0 } url)
        {
            return configuration.GetConnectionString("Registry") is { Length: > 0 } connection
                ? (Understand("ConnectionStrings:Registry", () => new NpgsqlConnectionStringBuilder(connection)), null)
                : default;
        }

        if (url.Contains("[YOUR-PASSWORD]", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartRefusedException("DATABASE_URL still contains [YOUR-PASSWORD]. Put the database's password in its place.");
        }

        if (url.StartsWith("postgres", StringComparison.Ordinal) && !Uri.TryCreate(url, UriKind.Absolute, out _))
        {
            throw new StartRefusedException(
                "DATABASE_URL is not a valid address. In user name and password, percent-encode all but letters and digits: %40 for @, %23 for #, %2F for /."
            );
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new StartRefusedException("DATABASE_URL must begin with postgres:// or postgresql://. Leave it empty to use SQLite.");
        }

        List<string> passedOver = [];
        var read = Understand("DATABASE_URL", () => Read(uri, passedOver));
        RefuseTransactionPooler(uri);
        return (
            read,
            passedOver.Count == 0
                ? null
                : $"DATABASE_URL has {string.Join(" and ", passedOver)}, which other programs read. The console passes over it."
        );
    }

    /// <summary>
    /// Supabase's pooler gives each transaction another connection on this port, and the console's locks and notifications belong to a
    /// connection.
    /// </summary>
    private static void RefuseTransactionPooler(Uri uri)
    {
        if (uri.Port == SupabaseTransactions && SupabaseHosts.Any(host => uri.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase)))
        {
            throw new StartRefusedException(TransactionPooler(uri.Host, uri.Port));
        }
    }

    /// <summary>Why a pooler of transactions can't be used, and what can.</summary>
    internal static string TransactionPooler(string? host, int port) =>
        $"DATABASE_URL leads to a pooler in transaction mode ({host}:{port}). The console's locks and notifications belong to a connection, and such a pooler gives each transaction another one. "
        + "Use the pooler in session mode (at Supabase: the same address with port 5432), or the database itself.";

    private static NpgsqlConnectionStringBuilder Read(Uri uri, List<string> passedOver)
    {
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = uri.AbsolutePath.Trim('/') is { Length: > 0 } name ? Uri.UnescapeDataString(name) : "sanctum",
            Username = user[0] is { Length: > 0 } given ? Uri.UnescapeDataString(given) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
            if (OfOthers.Contains(parts[0]))
            {
                passedOver.Add(parts[0]);
                continue;
            }

            builder[KeywordOf(parts[0])] = parts[0] == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return builder;
    }

    private static string Understand(string setting, Func<NpgsqlConnectionStringBuilder> read)
    {
        try
        {
            return read().ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new StartRefusedException($"{setting} is not valid. {e.Message}", e);
        }
    }

    /// <summary>libpq's names, which such addresses use, where Npgsql's differ.</summary>
    private static string KeywordOf(string name) =>
        name switch
        {
            "sslmode" => "SSL Mode",
            "connect_timeout" or "pool_timeout" => "Timeout",
            "connection_limit" => "Maximum Pool Size",
            "schema" => "Search Path",
            "application_name" => "Application Name",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "channel_binding" => "Channel Binding",
            _ => name,
        };
}
