using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.House;

/// <summary>What no symbol names; the rest of what is banned is in <c>BannedSymbols.txt</c>, to which the build holds.</summary>
public sealed class BannedCallsTests
{
    [Theory]
    [InlineData(@"\basync void\b", "its exceptions are lost")]
    [InlineData(@"^\s*#region\b", "a file that needs regions does two things")]
    [InlineData(@"\bConsole\.(Out\.|Error\.)?Write", "what the product says goes through a logger or a given writer")]
    public void The_product_does_without(string pattern, string because)
    {
        var call = new Regex(pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture);
        var found = Repository
            .Sources(Repository.Product)
            .Where(file => call.IsMatch(WithoutComments(File.ReadAllText(file))))
            .Select(file => Path.Join(Repository.Parts(file)));

        Assert.True(!found.Any(), $"{pattern} is banned, because {because}: {string.Join(", ", found)}");
    }

    private static string WithoutComments(string source) => Regex.Replace(source, @"^\s*//.*$", "", RegexOptions.Multiline);
}
