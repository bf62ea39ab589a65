using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>What a form for a server must say, beside what is stored of it.</summary>
internal static class McpFormRules
{
    /// <summary>What is wrong with a form, by its fields, beside the names that are taken.</summary>
    public static Dictionary<string, string> RulesOf(McpServerForm form, McpServer? server, McpSecrets stored)
    {
        var reasons = FormRules.Check(form);
        if (reasons.Count == 0 && !form.IsProgram && McpVariables.FaultOf(form.Url!, form.Apply(stored).Environment) is { } fault)
        {
            reasons.Add(nameof(form.Environment), fault);
        }

        if (server is null || reasons.Count > 0)
        {
            return reasons;
        }

        // A stored secret goes only where it was given for, whoever changes the place.
        if (!form.IsProgram && SecretDestination.IsAnother(server.Url, form.Url))
        {
            if (form.ApiKey is null && stored.ApiKey is not null)
            {
                reasons.TryAdd(nameof(form.ApiKey), SecretDestination.Again("key"));
            }

            if (stored.Headers.Keys.Any(name => IsKept(form.Headers, name)))
            {
                reasons.TryAdd(nameof(form.Headers), SecretDestination.Again("value of a header"));
            }

            if (McpVariables.NamesIn(form.Url).Any(name => stored.Environment.ContainsKey(name) && IsKept(form.Environment, name)))
            {
                reasons.TryAdd(nameof(form.Environment), SecretDestination.Again("value of a variable"));
            }
        }

        if (form.IsProgram && IsAnotherCommand(form, server, stored) && stored.Environment.Keys.Any(name => IsKept(form.Environment, name)))
        {
            reasons.TryAdd(
                nameof(form.Environment),
                "The variables were entered for another command. Enter their values again, or remove them."
            );
        }
        else if (form.IsProgram && OtherPlaceIn(form, stored) is { } place && KeptKeyIn(form, stored) is { } key)
        {
            reasons.TryAdd(
                nameof(form.Environment),
                $"{place} may say where the program sends {key}, which was entered before it. Enter the value of {key} again, or remove it."
            );
        }

        return reasons;
    }

    /// <summary>Another server would be called than before.</summary>
    public static bool IsAnotherPlace(McpServerForm form, McpServer server, McpSecrets stored) =>
        form.IsProgram != (server.Transport == McpTransport.Stdio)
        || (form.IsProgram ? IsAnotherCommand(form, server, stored) : SecretDestination.IsAnother(server.Url, form.Url));

    private static bool IsKept(Dictionary<string, string?>? typed, string name) =>
        typed is null || (typed.TryGetValue(name, out var value) && value is null);

    /// <summary>A variable that is added or has another value, and is no key itself: it may be an address, or a proxy.</summary>
    private static string? OtherPlaceIn(McpServerForm form, McpSecrets stored) =>
        (form.Environment ?? [])
            .Where(pair => pair.Value is { } typed && stored.Environment.GetValueOrDefault(pair.Key) != typed && !McpKeys.IsKey(pair.Key))
            .Select(pair => pair.Key)
            .FirstOrDefault();

    private static string? KeptKeyIn(McpServerForm form, McpSecrets stored) =>
        stored.Environment.Keys.FirstOrDefault(name => McpKeys.IsKey(name) && IsKept(form.Environment, name));

    /// <summary>Neither another value of a variable is another command, nor a key that has become one.</summary>
    private static bool IsAnotherCommand(McpServerForm form, McpServer server, McpSecrets stored)
    {
        var (before, now) = (McpTargets.ArgumentsOf(server), form.Arguments ?? []);
        return server.Command != form.Command
            || (
                !before.SequenceEqual(now)
                && !before
                    .Select(each => McpVariables.Fill(each, stored.Environment))
                    .SequenceEqual(now.Select(each => McpVariables.Fill(each, form.Apply(stored).Environment)))
            );
    }
}
