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

            if (stored.Headers.Keys.Any(name => form.Headers is null || (form.Headers.TryGetValue(name, out var value) && value is null)))
            {
                reasons.TryAdd(nameof(form.Headers), SecretDestination.Again("value of a header"));
            }
        }

        if (
            form.IsProgram
            && IsAnotherCommand(form, server)
            && stored.Environment.Keys.Any(name =>
                form.Environment is null || (form.Environment.TryGetValue(name, out var value) && value is null)
            )
        )
        {
            reasons.TryAdd(
                nameof(form.Environment),
                "The variables were entered for another command. Enter their values again, or remove them."
            );
        }

        return reasons;
    }

    /// <summary>Another server would be called than before.</summary>
    public static bool IsAnotherPlace(McpServerForm form, McpServer server) =>
        form.IsProgram != (server.Transport == McpTransport.Stdio)
        || (form.IsProgram ? IsAnotherCommand(form, server) : SecretDestination.IsAnother(server.Url, form.Url));

    private static bool IsAnotherCommand(McpServerForm form, McpServer server) =>
        server.Command != form.Command || !McpTargets.ArgumentsOf(server).SequenceEqual(form.Arguments ?? []);
}
