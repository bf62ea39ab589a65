using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The status that an agent has in the registry, by how it is on the Letta server.</summary>
internal static class AgentStatus
{
    /// <summary>The reason of an agent that waits for a person.</summary>
    public const string Waits = "Waiting for an approval.";

    private const int MostOfAFailure = 300;

    private static readonly string[] Failures = ["error", "llm_api_error", "insufficient_credits", "max_tokens_exceeded"];

    /// <param name="live">Null where it is not on the server.</param>
    public static (RunState Status, string Reason) Of(LettaAgent? live) =>
        live switch
        {
            null => (RunState.Off, "Not on the Letta server."),
            { Unread: { } why } => (RunState.Degraded, $"It could not be read: {why}"),
            { AwaitsApproval: true } or { StopReason: "requires_approval" } => (RunState.Degraded, Waits),
            { StopReason: LettaAgent.Working } => (RunState.Healthy, "Answering now."),
            { StopReason: LettaAgent.Cancelled } => (RunState.Healthy, "The last run was cancelled."),
            { Failure: { } why } => (RunState.Degraded, $"The last run failed: {Short(why, MostOfAFailure)}"),
            { StopReason: LettaAgent.Unanswered } => (
                RunState.Degraded,
                "Its last message has no answer. An App Server keeps no record of runs; see its log, or send the message again."
            ),
            { StopReason: { } reason } when IsFailure(reason) => (RunState.Degraded, $"The last run ended with {Short(reason)}."),
            { StopReason: null, LastRun: null } => (RunState.Ready, "Not run yet."),
            _ => (RunState.Healthy, "The last run succeeded."),
        };

    /// <summary>Whether the row says so already.</summary>
    public static bool IsIn(Agent agent, LettaAgent? live)
    {
        var (status, reason) = Of(live);
        return agent.Status == status && AgentConfig.Of(agent.Config).Text(AgentConfig.StatusReason) == reason;
    }

    /// <summary>Writes the status into the row. The time stays where nothing is new.</summary>
    public static void WriteTo(Agent agent, LettaAgent? live, DateTimeOffset now)
    {
        if (IsIn(agent, live))
        {
            return;
        }

        (agent.Status, var reason) = Of(live);
        var config = AgentConfig.Of(agent.Config);
        config.Set(AgentConfig.StatusReason, reason);
        config.Set(AgentConfig.StatusSince, now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        config.WriteTo(agent);
    }

    private static bool IsFailure(string reason) =>
        Failures.Contains(reason)
        || reason.StartsWith("invalid_", StringComparison.Ordinal)
        || reason.StartsWith("context_window_overflow", StringComparison.Ordinal);

    private static string Short(string reason, int most = 60) => reason[..Math.Min(reason.Length, most)].Replace('\0', ' ');
}
