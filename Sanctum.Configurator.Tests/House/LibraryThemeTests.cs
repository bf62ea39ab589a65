using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.House;

/// <summary>The library has no theme of its own here: what it reads is set from the console's colours, for every theme.</summary>
public sealed partial class LibraryThemeTests
{
    private static readonly string Ours = File.ReadAllText(Path.Combine(Repository.Root, "wwwroot", "mud.css"));

    [Fact]
    public void Each_theme_gives_the_same_numbers_of_its_colours()
    {
        var themes = Theme()
            .Matches(Ours)
            .ToDictionary(
                match => match.Groups["name"].Value,
                match => string.Join(' ', Set().Matches(match.Groups["body"].Value).Select(each => each.Groups[1].Value))
            );

        Assert.Equal(["contrast", "dark", "light"], themes.Keys.Order(StringComparer.Ordinal));
        Assert.Single(themes.Values.Distinct());
    }

    /// <summary>Colours stand in app.css, once; the numbers are what the library can't take as a colour.</summary>
    [Fact]
    public void Nothing_but_numbers_names_a_colour()
    {
        var lines = Ours.Split('\n')
            .Where(line =>
                !line.StartsWith("[data-theme", StringComparison.Ordinal)
                && Colour().IsMatch(line.Replace("#fff;", "", StringComparison.Ordinal))
            );

        Assert.Empty(lines);
    }

    [GeneratedRegex(@"(--mud-[a-z0-9-]+)\s*:")]
    private static partial Regex Set();

    [GeneratedRegex("""^\[data-theme="(?<name>\w+)"\] \{(?<body>[^}]*--mud-palette[^}]*)\}""", RegexOptions.Multiline)]
    private static partial Regex Theme();

    [GeneratedRegex(@"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl")]
    private static partial Regex Colour();
}
