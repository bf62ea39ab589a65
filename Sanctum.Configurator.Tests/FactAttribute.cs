using System.Runtime.CompilerServices;

namespace Sanctum.Configurator.Tests;

/// <summary>
/// A test that ends: after <see cref="Deadline"/> it has failed by its name, its token is cancelled, and the run goes on without it. Found
/// before xunit's own by every test of this project, so that none can be written without a deadline.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactAttribute : Xunit.FactAttribute
{
    /// <summary>
    /// For how long a test may run, in milliseconds, unless it says another time itself: far longer than any takes on a slow machine.
    /// </summary>
    public const int Deadline = 240_000;

    public FactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = Deadline;
}
