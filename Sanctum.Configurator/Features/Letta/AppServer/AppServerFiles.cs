using System.Text.Json;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

internal static class AppServerFiles
{
    public static Task<IReadOnlyList<string>> ImportAsync(
        AppServerAgents agents,
        AppServerMemory memory,
        ReadOnlyMemory<byte> file,
        IEnumerable<KeyValuePair<string, string>> wishes,
        CancellationToken cancel
    ) => throw new LettaCallException("not yet.");

    public static Task ExportAsync(
        JsonElement agent,
        AppServerMemory memory,
        AppServerConversations conversations,
        Stream to,
        CancellationToken cancel
    ) => throw new LettaCallException("not yet.");
}
