namespace Sanctum.Configurator.Platform;

/// <summary>In what way something that was run ended.</summary>
public enum RunEnding
{
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,

    /// <summary>Whoever ran it is gone; how far it came is not known.</summary>
    Abandoned,
}

/// <summary>How something that was run ended: a tool, a program, a task of the console, a job.</summary>
/// <param name="Message">In a sentence.</param>
/// <param name="Output">What came back; null for nothing, or where it is no text.</param>
public sealed record RunResult(RunEnding Ending, string Message, string? Output = null)
{
    /// <summary>Of what comes back, so many characters are kept.</summary>
    public const int MostOutput = 64 * 1024;

    /// <summary>It did what it was asked for.</summary>
    public bool IsOk => Ending == RunEnding.Succeeded;

    /// <summary>More came back than is kept.</summary>
    public bool IsCut { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The status of HTTP, or the exit code of a program; null where there is none.</summary>
    public int? Status { get; init; }

    /// <summary>From the call to the end of the answer.</summary>
    public TimeSpan Duration { get; init; }

    public static RunResult Failed(string message, string? output = null) => new(RunEnding.Failed, message, output);

    /// <summary>With the beginning of what came back.</summary>
    public static RunResult Of(bool isOk, string message, string? output = null) =>
        new(isOk ? RunEnding.Succeeded : RunEnding.Failed, message, output is { Length: > MostOutput } ? output[..MostOutput] : output)
        {
            IsCut = output is { Length: > MostOutput },
        };

    /// <param name="output">What it said meanwhile.</param>
    public static RunResult Of(Outcome<string> outcome, string? output = null) =>
        outcome is Outcome<string>.Ok done
            ? new(RunEnding.Succeeded, done.Value, output)
            : Failed(outcome.ProblemWith("What it needs")!, output);

    /// <summary>Without what PostgreSQL does not take and programs may say: NULs, and halves of characters.</summary>
    public RunResult Storable() => this with { Message = WholeText.Of(Message), Output = WholeText.OrNull(Output) };
}
