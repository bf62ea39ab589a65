using Npgsql;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>Which database holds the registry, and the folder for everything the console keeps in files.</summary>
/// <param name="DataDirectory">Absolute path of the folder that holds the SQLite files, the key ring and automatic backups.</param>
/// <param name="PostgresConnection">Npgsql's connection string, or null for SQLite.</param>
public sealed record RegistryLocation(string DataDirectory, string? PostgresConnection)
{
    public const string DataDirectorySetting = "Sanctum:DataDirectory";

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
        return new(Path.GetFullPath(folder, contentRoot), PostgresFrom(configuration));
    }

    private static string? PostgresFrom(IConfiguration configuration)
    {
        if (configuration["DATABASE_URL"] is not { Length: > 0 } url)
        {
            return configuration.GetConnectionString("Registry") is { Length: > 0 } connection
                ? Understand("ConnectionStrings:Registry", () => new NpgsqlConnectionStringBuilder(connection))
                : null;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new StartRefusedException("DATABASE_URL must begin with postgres:// or postgresql://. Leave it empty to use SQLite.");
        }

        return Understand("DATABASE_URL", () => Read(uri));
    }

    private static NpgsqlConnectionStringBuilder Read(Uri uri)
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
            "connect_timeout" => "Timeout",
            "application_name" => "Application Name",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "channel_binding" => "Channel Binding",
            _ => name,
        };
}
