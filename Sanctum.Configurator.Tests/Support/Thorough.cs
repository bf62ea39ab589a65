namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// How much a run tries. Whoever runs the tests beside his work gets what fails most often first; <c>SANCTUM_TEST_THOROUGH</c>, which
/// <c>.ci/run</c>
/// sets, adds what takes minutes: inputs in the hundred thousands, kills at many moments, files of gigabytes.
/// </summary>
internal static class Thorough
{
    public const string Variable = "SANCTUM_TEST_THOROUGH";

    public static bool IsAsked { get; } = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    public static int Or(int usual, int thorough) => IsAsked ? thorough : usual;

    /// <summary>As many as a variable asks for, as for a night's run.</summary>
    public static int Or(int usual, int thorough, string variable) => Or(Or(usual, thorough), variable);

    public static int Or(int usual, string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var asked) ? asked : usual;

    /// <summary>The first so many of these, and all of them where that is asked for.</summary>
    public static TheoryData<T> Some<T>(int usual, params T[] all) => [.. all.Take(Or(usual, all.Length))];

    public static void SkipUnlessAsked(string why) => Assert.SkipUnless(IsAsked, $"{why} {Variable} is not set.");
}
