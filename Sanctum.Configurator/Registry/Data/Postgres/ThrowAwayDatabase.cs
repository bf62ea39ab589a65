using System.Security.Cryptography;
using Npgsql;

namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>
/// A database for one act on the registry's server. Disposing it drops it; what a killed console left is dropped when the next one is
/// made. Its name says which registry it belongs to, so that nobody else's is touched.
/// </summary>
internal sealed class ThrowAwayDatabase : IAsyncDisposable
{
    private const string Prefix = "sanctum_drill_";

    private readonly PostgresLease _claim;
    private readonly string _registry;
    private readonly string _name;

    private ThrowAwayDatabase(PostgresLease claim, string registry, int number) =>
        (_claim, _registry, _name) = (claim, registry, $"{PrefixOf(claim.Database)}{number:x8}");

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_registry)
        {
            Database = _name,
            Pooling = false,
            CommandTimeout = 0,
        }.ConnectionString;

    /// <returns>Null where the registry's role may not create databases.</returns>
    public static async Task<ThrowAwayDatabase?> TryCreateAsync(string registry, CancellationToken cancel)
    {
        var number = RandomNumberGenerator.GetInt32(int.MaxValue);
        var claim =
            await PostgresLease.TryTakeAsync(registry, RegistryLock.ThrowAwayKind, number, cancel)
            ?? throw new InvalidOperationException("The name of the temporary database is already in use. Try again.");
        var made = new ThrowAwayDatabase(claim, registry, number);
        try
        {
            await DropLeftBehindAsync(claim, registry, cancel);

            // Unlike template1, nobody is ever connected to this one, which would keep from copying it.
            await claim.AskAsync($"CREATE DATABASE {made._name} TEMPLATE template0", cancel);
            return made;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await claim.DisposeAsync();
            return null;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the names of a registry's throw-away databases begin with; whatever its own name is made of.</summary>
    internal static string PrefixOf(string database) =>
        $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)))[..12]}_";

    public async ValueTask DisposeAsync()
    {
        await using (_claim)
        {
            // On a connection of its own: what was done with the other one may have been stopped in the middle.
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(_registry) { Pooling = false, CommandTimeout = 0 }.ConnectionString
            );
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task DropLeftBehindAsync(PostgresLease claim, string registry, CancellationToken cancel)
    {
        var prefix = PrefixOf(claim.Database);
        var found = (string[])(
            await claim.AskAsync(
                $"SELECT array_agg(datname::text) FROM pg_database WHERE datname ~ '^{prefix}[0-9a-f]{{8}}$' HAVING count(*) > 0",
                cancel
            ) ?? Array.Empty<string>()
        );
        foreach (var name in found)
        {
            var number = int.Parse(name[prefix.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            await using var turn = await PostgresLease.TryTakeAsync(registry, RegistryLock.ThrowAwayKind, number, cancel);
            if (turn is null)
            {
                continue;
            }

            try
            {
                await turn.AskAsync($"DROP DATABASE IF EXISTS {name}", cancel);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.InsufficientPrivilege)
            {
                // Somebody looks into it, or another role made it: it is left to them.
            }
        }
    }
}
