using System.Runtime.CompilerServices;

namespace Sanctum.Configurator.Tests;

/// <summary>A test that goes many rounds, and has three times as long for them as a <see cref="FactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : Xunit.FactAttribute
{
    public LongFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = 3 * FactAttribute.Deadline;
}
