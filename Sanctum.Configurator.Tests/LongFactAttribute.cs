using System.Runtime.CompilerServices;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests;

/// <summary>
/// A test that goes many rounds, and has three times as long for them as a <see cref="FactAttribute"/>, or as many minutes as
/// <c>SANCTUM_TEST_MINUTES</c> says.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : Xunit.FactAttribute
{
    /// <summary>Milliseconds.</summary>
    internal static readonly int Deadline = Thorough.Or(3 * FactAttribute.Deadline / 60_000, "SANCTUM_TEST_MINUTES") * 60_000;

    public LongFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = Deadline;
}
