using System.Runtime.CompilerServices;

namespace Sanctum.Configurator.Tests;

/// <summary>A theory whose every case ends, like a test that is a <see cref="FactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryAttribute : Xunit.TheoryAttribute
{
    public TheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = FactAttribute.Deadline;
}
