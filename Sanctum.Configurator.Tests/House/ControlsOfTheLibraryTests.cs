using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components;

namespace Sanctum.Configurator.Tests.House;

/// <summary>
/// Pages are made of the library's controls and the Kit's: a control of one's own has no look, no label and no error that the others have.
/// </summary>
public sealed partial class ControlsOfTheLibraryTests
{
    /// <summary>Where a raw element stands all the same, and why.</summary>
    private static readonly (string File, string Elements, string Because)[] Raw =
    [
        ("Account/LogInPage", "input", "static: without a circuit and without the library"),
        ("Account/PasswordPage", "input", "static"),
        ("Account/PlainField", "input", "static"),
        ("Backups/RestoreDialog", "input", "native choices"),
        ("OldConfigurator/OldSettingsTable", "input", "check boxes in rows"),
        ("OldConfigurator/OldUsersTable", "input", "check boxes in rows"),
        ("SystemSettings/SettingsHistoryPage", "input", "native choices in rows"),
    ];

    [Fact]
    public void A_page_has_no_raw_control_but_where_it_is_said_why()
    {
        var features = Path.Combine(Repository.Product, "Features");
        var found =
            from file in Razor(features)
            let elements = RawElement().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).Distinct().ToList()
            where elements.Count > 0
            let name = Path.ChangeExtension(Path.GetRelativePath(features, file), null).Replace(Path.DirectorySeparatorChar, '/')
            orderby name
            select $"{name}: {string.Join(' ', elements.Order(StringComparer.Ordinal))}";

        Assert.Equal(Raw.Select(raw => $"{raw.File}: {raw.Elements}").Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.All(Raw, raw => Assert.NotEmpty(raw.Because));
    }

    [Theory]
    [InlineData("MudTooltip|MudHidden|MudBreakpointProvider", "a title and the style sheet do it without memory and without a round trip")]
    [InlineData("MudThemeProvider", "it writes a style element, which the policy of the console forbids; mud.css says what is its to say")]
    [InlineData("MudDataGrid", "its page and sort can't come from the address before the first load")]
    [InlineData("MudChart", "the console's own charts are drawn on the server, with a table beside them")]
    public void Pages_do_without(string components, string because)
    {
        var component = new Regex($@"<({components})\b", RegexOptions.ExplicitCapture);
        var found = Razor(Repository.Product)
            .Where(file => component.IsMatch(File.ReadAllText(file)))
            .Select(file => Path.Join(Repository.Parts(file)));

        Assert.True(!found.Any(), $"{components} is left alone, because {because}: {string.Join(", ", found)}");
    }

    /// <summary>What a component does not know compiles, and ends the circuit or does nothing when it is drawn.</summary>
    [Fact]
    public void A_component_is_given_only_what_it_knows()
    {
        var known = typeof(MudButton)
            .Assembly.GetExportedTypes()
            .Concat(typeof(App).Assembly.GetTypes())
            .Where(type => typeof(IComponent).IsAssignableFrom(type))
            .ToLookup(type => type.Name.Split('`')[0]);
        var unknown =
            from file in Razor(Repository.Product)
            from tag in Tags(File.ReadAllText(file))
            where known.Contains(tag.Name)
            from attribute in tag.Attributes
            let name = attribute.Replace("@bind-", "", StringComparison.Ordinal).Split(':')[0]
            where name.Length > 0 && char.IsUpper(name[0]) && !known[tag.Name].Any(type => Knows(type, name))
            select $"{Path.Join(Repository.Parts(file))}: {tag.Name} {name}";

        Assert.Empty(unknown);
    }

    private static IEnumerable<string> Razor(string folder) =>
        Repository.Sources(folder).Where(file => file.EndsWith(".razor", StringComparison.Ordinal));

    private static bool Knows(Type component, string name) =>
        name is "Context" or "TRow" or "TItem"
        || component.GetGenericArguments().Any(argument => argument.Name == name)
        || component.GetProperty(name, BindingFlags.Public | BindingFlags.Instance)?.IsDefined(typeof(ParameterAttribute), inherit: true)
            == true;

    /// <summary>
    /// The components of a file with the names of what they are given; what stands in a value is left out, quotes of C# included.
    /// </summary>
    private static IEnumerable<(string Name, IReadOnlyList<string> Attributes)> Tags(string razor)
    {
        foreach (Match tag in Tag().Matches(razor))
        {
            var attributes = new List<string>();
            for (var at = tag.Index + tag.Length; at < razor.Length && razor[at] is not ('>' or '/'); )
            {
                if (AttributeName().Match(razor, at) is { Success: true } name && name.Index == at)
                {
                    attributes.Add(name.Groups["name"].Value);
                    at += name.Length;
                    if (name.Value.EndsWith('='))
                    {
                        at = AfterValue(razor, at);
                    }
                }
                else
                {
                    at++;
                }
            }

            yield return (tag.Groups["name"].Value, attributes);
        }
    }

    private static int AfterValue(string razor, int at)
    {
        var (quote, depth) = (razor[at], 0);
        for (at++; at < razor.Length && (razor[at] != quote || depth > 0); at++)
        {
            depth += razor[at] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
        }

        return at + 1;
    }

    [GeneratedRegex(@"<(?<name>select|table|dialog|input|textarea)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex RawElement();

    [GeneratedRegex(@"<(?<name>[A-Z]\w+)(?=[\s/>])", RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?<name>@?[\w:-]+)=?", RegexOptions.ExplicitCapture)]
    private static partial Regex AttributeName();
}
