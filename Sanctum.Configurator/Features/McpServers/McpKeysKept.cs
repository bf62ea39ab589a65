using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Takes keys out of the arguments and the address of a form that is saved: each becomes a variable, which is encrypted.</summary>
internal sealed class McpKeysKept
{
    private readonly Dictionary<string, string?> _variables;
    private readonly IReadOnlyDictionary<string, string> _stored;
    private readonly HashSet<string> _named;
    private readonly HashSet<string> _free;

    private McpKeysKept(McpServerForm form, McpServer? server, McpSecrets stored)
    {
        _stored = stored.Environment;
        _variables = form.Environment?.ToDictionary() ?? stored.Environment.Keys.ToDictionary(name => name, _ => (string?)null);

        // A variable whose place somebody typed a key into is that key's.
        _named = [.. NamesIn(form.Arguments ?? [], form.Url)];
        _free = [.. NamesIn(server is null ? [] : McpTargets.ArgumentsOf(server), server?.Url).Except(_named)];
        _free.RemoveWhere(name => _variables.GetValueOrDefault(name) is not null);
    }

    /// <summary>The form as it is kept; the form itself stays as it was typed.</summary>
    /// <param name="server">As it is stored; null for a new one.</param>
    public static McpServerForm Of(McpServerForm form, McpServer? server, McpSecrets stored)
    {
        var kept = form.Copy();
        var keys = new McpKeysKept(form, server, stored);
        if (form.IsProgram)
        {
            kept.Arguments = form.Arguments is null ? null : McpKeys.Replace(form.Arguments, keys.Keep);
        }
        else
        {
            kept.Url = form.Url is null ? null : McpKeys.ReplaceInAddress(form.Url, keys.Keep);
        }

        if (kept.Url != form.Url || !(kept.Arguments ?? []).SequenceEqual(form.Arguments ?? []))
        {
            kept.Environment = keys._variables;
        }

        return kept;
    }

    private string Keep(string name, string key)
    {
        var wanted = McpVariables.NameFor(name);
        var variable = Enumerable.Range(1, int.MaxValue).Select(at => at == 1 ? wanted : $"{wanted}_{at}").First(each => IsFor(each, key));
        _variables[variable] = key;
        _free.Remove(variable);
        return McpVariables.GapOf(variable);
    }

    /// <summary>A name that stands in the form without a value is what a program fills in by itself.</summary>
    private bool IsFor(string variable, string key) =>
        _variables.TryGetValue(variable, out var value)
            ? (value ?? _stored.GetValueOrDefault(variable)) == key || _free.Contains(variable)
            : !_named.Contains(variable);

    private static IEnumerable<string> NamesIn(IEnumerable<string> arguments, string? url) =>
        arguments.Append(url).SelectMany(McpVariables.NamesIn);
}
