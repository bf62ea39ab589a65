using System.Data;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Data.Settings;

/// <summary>
/// The secrets of all tables but the settings', which have profiles: whatever the model marks as one, read in one query. The hashes of
/// passwords are none that could be opened.
/// </summary>
internal static class SecretColumns
{
    /// <summary>A secret as it is stored, and where.</summary>
    internal sealed record StoredSecret(IProperty Property, int Id, string Text)
    {
        public SecretPlace Place => new(Property.DeclaringType.GetTableName()!, Property.GetColumnName(), TextOf(Id));
    }

    /// <param name="areSealed">Only those that are ciphertext, or only those that are not; null for all of them.</param>
    public static async Task<IReadOnlyList<StoredSecret>> ReadAsync(RegistryDbContext registry, bool? areSealed, CancellationToken cancel)
    {
        IReadOnlyList<IProperty> columns =
        [
            .. registry
                .Model.GetEntityTypes()
                .Where(e => !e.ClrType.IsAssignableTo(typeof(SettingValues)) && e.ClrType != typeof(User))
                .SelectMany(e => e.GetProperties())
                .Where(p => p.IsSecret() || p.SecretFlag() is not null),
        ];
        var wanted = areSealed switch
        {
            true => $" AND {{0}} LIKE '{SecretBox.Prefix}%'",
            false => $" AND {{0}} NOT LIKE '{SecretBox.Prefix}%'",
            null => "",
        };

        // Not queries of EF's, of which each would be compiled at every start.
        await registry.Database.OpenConnectionAsync(cancel);
        await using var command = registry.Database.GetDbConnection().CreateCommand();
        command.CommandText = string.Join(" UNION ALL ", columns.Select((column, at) => SelectOf(column, at, wanted)));
        List<StoredSecret> found = [];
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new(columns[reader.GetInt32(0)], reader.GetInt32(1), reader.GetString(2)));
        }

        return found;
    }

    private static string SelectOf(IProperty column, int at, string wanted)
    {
        var name = $"\"{column.GetColumnName()}\"";
        var flag = column.SecretFlag() is { } set ? $" AND \"{set.GetColumnName()}\"" : "";
        return $"SELECT {TextOf(at)}, id, {name} FROM \"{column.DeclaringType.GetTableName()}\" WHERE {name} <> ''{flag}"
            + string.Format(CultureInfo.InvariantCulture, wanted, name);
    }

    private static string TextOf(int number) => number.ToString(CultureInfo.InvariantCulture);
}
