using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.House;

/// <summary>What the documents point at is there.</summary>
public sealed partial class DocumentsTests
{
    private const int LongestReadme = 80;
    private const int LongestGlossary = 60;

    private static readonly string Architecture = Path.Combine(Repository.Root, "docs", "architecture.md");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Documents =>
        [
            .. Directory
                .EnumerateFiles(Repository.Root, "*.md")
                .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
                .Select(file => Path.GetRelativePath(Repository.Root, file))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_link_leads_to_a_file(string document)
    {
        var file = Path.Combine(Repository.Root, document);
        var links = Link().Matches(await File.ReadAllTextAsync(file, Cancel)).Select(match => match.Groups["path"].Value);
        var paths = links.Where(link => !link.Contains("://", StringComparison.Ordinal));

        Assert.DoesNotContain(paths, path => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, path)));
    }

    [Fact]
    public async Task Every_file_of_the_architecture_is_there()
    {
        var text = await File.ReadAllTextAsync(Architecture, Cancel);
        var named = CodeFile().Matches(text).Select(match => match.Groups["path"].Value).ToList();
        string[] folders = [Repository.Root, Repository.Product, Repository.Tests];

        Assert.True(named.Count > 40, $"{named.Count} files are named.");
        Assert.DoesNotContain(named, path => !folders.Any(folder => File.Exists(Path.Combine(folder, path))));
    }

    [Theory]
    [InlineData("README.md", LongestReadme)]
    [InlineData("docs/glossary.md", LongestGlossary)]
    public async Task What_is_read_first_stays_short(string document, int lines) =>
        Assert.InRange((await File.ReadAllLinesAsync(Path.Combine(Repository.Root, document), Cancel)).Length, 1, lines);

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(?<path>[A-Za-z./]+\\.(cs|razor|md|svg))`")]
    private static partial Regex CodeFile();
}
