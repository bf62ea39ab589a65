using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.House;

public sealed class BannedCallsTests
{
    /// <summary>This list, the one way to wait, and a server that sends slowly.</summary>
    private static readonly string[] Excepted = [$"{nameof(BannedCallsTests)}.cs", $"{nameof(Support.Wait)}.cs", "FakeLettaAnswers.cs"];

    [Theory]
    [InlineData(@"\bDateTime(Offset)?\.(Utc)?Now\b", "time comes from TimeProvider")]
    [InlineData(@"(?<!await \w+)\.Result\b(?!\.|s)", "a task is awaited")]
    [InlineData(@"\.Wait\(", "a task is awaited")]
    [InlineData(@"GetAwaiter\(\)\.GetResult", "a task is awaited")]
    [InlineData(@"\bThread\.Sleep\b", "nothing sleeps")]
    [InlineData(@"\basync void\b", "its exceptions are lost")]
    [InlineData(@"^\s*#region\b", "a file that needs regions does two things")]
    [InlineData(@"\bConsole\.(Out\.|Error\.)?Write", "what the product says goes through a logger or a given writer")]
    public void The_product_does_without(string pattern, string because) => AssertNowhere(Repository.Product, pattern, because);

    [Theory]
    [InlineData(@"\bThread\.Sleep\b", "a test waits for what it means, not for time")]
    [InlineData(
        @"\bTask\.(Delay|Yield)\(|\bnew PeriodicTimer\b|\bSpinWait\b",
        "a test waits for what it means, by Wait, which has a deadline"
    )]
    [InlineData(@"\bnew Random\b|Random\.Shared", "a test does the same each time")]
    public void Tests_do_without(string pattern, string because) => AssertNowhere(Repository.Tests, pattern, because);

    private static void AssertNowhere(string folder, string pattern, string because)
    {
        var call = new Regex(pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture);
        var found = Repository
            .Sources(folder)
            .Where(file => !Excepted.Contains(Path.GetFileName(file)) && !Repository.Parts(file).Contains("Benchmarks"))
            .Where(file => call.IsMatch(WithoutComments(File.ReadAllText(file))))
            .Select(file => Path.Join(Repository.Parts(file)));

        Assert.True(!found.Any(), $"{pattern} is banned, because {because}: {string.Join(", ", found)}");
    }

    private static string WithoutComments(string source) => Regex.Replace(source, @"^\s*//.*$", "", RegexOptions.Multiline);
}
