using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// Statements of one connection that stays open, which the database takes apart once and not each time. Their number is that of the places
/// in the code that have one.
/// </summary>
internal sealed class PreparedCommands(RegistryDbContext registry) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = [];

    /// <summary>The command with this text, in the transaction that is open now.</summary>
    /// <param name="value">Of its one parameter, <c>@rows</c>.</param>
    public DbCommand Get(string text, string value)
    {
        if (!_commands.TryGetValue(text, out var command))
        {
            _commands[text] = command = Make(registry, text);
        }

        command.Parameters[0].Value = value;
        command.Transaction = registry.Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }

    public static DbCommand Make(RegistryDbContext registry, string text)
    {
        var command = registry.Database.GetDbConnection().CreateCommand();
        command.CommandText = text;
        var rows = command.CreateParameter();
        rows.ParameterName = "@rows";
        command.Parameters.Add(rows);
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
    }
}
