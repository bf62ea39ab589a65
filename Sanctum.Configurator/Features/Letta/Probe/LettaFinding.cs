using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>What ended a test early, or the good end.</summary>
internal sealed record LettaFinding(LettaVerdict Verdict, string Message, string Hint)
{
    /// <summary>The answer that decided, when one came.</summary>
    public LettaAnswer? Answer { get; init; }

    /// <summary>Of an answer that was read no further, such as one to the upgrade to a WebSocket.</summary>
    public int? Status { get; init; }
}

/// <summary>How one step ended. With a finding the test ends here, and the step has failed.</summary>
internal sealed record StepEnd(string Detail, LettaFinding? Finding = null, bool IsWarning = false);
