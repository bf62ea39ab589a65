using System.Runtime.CompilerServices;

namespace Sanctum.Configurator.Tests;

/// <summary>A theory whose every case goes many rounds, like a test that is a <see cref="LongFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongTheoryAttribute : Xunit.TheoryAttribute
{
    public LongTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = LongFactAttribute.Deadline;
}
