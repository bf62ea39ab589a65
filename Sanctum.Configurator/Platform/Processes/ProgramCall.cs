namespace Sanctum.Configurator.Platform.Processes;

/// <summary>A program as it is called: without a shell, and with no environment but this and its mark.</summary>
/// <param name="MostOutput">In bytes; a program that says more is ended.</param>
internal sealed record ProgramCall(
    string Program,
    IReadOnlyList<string> Arguments,
    string Folder,
    IReadOnlyDictionary<string, string> Environment,
    TimeSpan Patience,
    int MostOutput
);

/// <summary>How the call of a program ended.</summary>
/// <param name="Errors">The beginning of what it said of errors.</param>
internal sealed record ProgramEnd(ProgramEnding Ending, int? ExitCode, byte[] Output, string Errors);

internal enum ProgramEnding
{
    /// <summary>It came to its end by itself.</summary>
    Ended,

    /// <summary>There is no such program, or it can't be started.</summary>
    NotStarted,

    /// <summary>It was ended, because it took too long.</summary>
    TooSlow,

    /// <summary>It was ended, because it said too much.</summary>
    TooMuch,
}
