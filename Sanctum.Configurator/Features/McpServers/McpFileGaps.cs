using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.McpServers.Processes;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>
/// Placeholders in the arguments or the address of one server of an mcp.json, <c>${input:id}</c> and <c>${env:NAME}</c>: each becomes a
/// variable that whoever imports it is asked for.
/// </summary>
/// <param name="known">The placeholders that are the whole value of a variable, by its name.</param>
internal sealed partial class McpFileGaps(IReadOnlyDictionary<string, string> known)
{
    private readonly List<string> _names = [];

    /// <summary>Of the variables that are not known.</summary>
    public IReadOnlyList<string> Names => _names;

    public string Name(string text) => Gap().Replace(text, gap => McpVariables.GapOf(NameOf(gap.Value, gap.Groups[1].Value)));

    private string NameOf(string gap, string id)
    {
        if (known.FirstOrDefault(pair => pair.Value == gap).Key is { } variable)
        {
            return variable;
        }

        var name = McpVariables.NameFor(id);
        if (!_names.Contains(name))
        {
            _names.Add(name);
        }

        return name;
    }

    [GeneratedRegex(@"\$\{(?:input|env|secret):([^}]*)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Gap();
}
