namespace Sanctum.Configurator.Platform.Letta;

/// <summary>Tests the connection to the Letta server with what is saved, or with values that are not saved yet.</summary>
public interface ILettaTests
{
    /// <summary>Tests and stores the check. A server that fails is a report; a value that can't be tested is refused, by column.</summary>
    /// <param name="unsaved">Column of <c>system_config</c> → typed text, for the settings that were changed and not saved.</param>
    /// <param name="onStep">Called as steps start and end, on any thread; see <see cref="LettaProbe.TestAsync"/>.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was asked for; nothing is stored.</exception>
    Task<Outcome<LettaTestResult>> TestAsync(IReadOnlyDictionary<string, string?> unsaved, Action<LettaStep>? onStep, CancellationToken cancel);
}

/// <summary>What a test found.</summary>
/// <param name="LastConnected">When the saved server last answered as it should.</param>
public sealed record LettaTestResult(LettaReport Report, Uri Address, DateTimeOffset? LastConnected);
