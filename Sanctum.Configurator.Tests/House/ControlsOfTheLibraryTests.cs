using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components;

namespace Sanctum.Configurator.Tests.House;

/// <summary>Pages are made of the library's controls and the Kit's: a control of one's own has no look, no label and no error that the others have.</summary>
public sealed partial class ControlsOfTheLibraryTests
{
    /// <summary>Where a raw element stands all the same, and why.</summary>
    private static readonly (string File, string Elements, string Because)[] Raw =
    [
        ("Account/LogInPage", "input", "static: without a circuit and without the library"),
        ("Account/PasswordPage", "input", "static"),
        ("Account/PlainField", "input", "static"),
        ("Account/SessionsPage", "table", "a short list"),
        ("Agents/AgentsPage", "input select", "check boxes in rows, native selects in the toolbar"),
        ("Agents/LiveCard", "table", "a comparison"),
        ("ApiKeys/ApiKeysPage", "table", "a short list"),
        ("Backups/RestoreDialog", "input", "native choices"),
        ("Backups/Settings/KeepTimeline", "table", "a chart's table"),
        ("Configurations/CompareDialog", "table", "a comparison"),
        ("Configurations/ConfigurationsPage", "select", "in the toolbar"),
        ("Graph/GraphPage", "input", "the search of the drawing"),
        ("Graph/KindSelect", "select", "in the toolbar"),
        ("History/ChangeDetails", "table", "a comparison in a row"),
        ("Letta/LettaPage", "select", "in the toolbar"),
        ("Logs/LogGroupList", "table", "lines by the hundred"),
        ("Logs/LogSourcesPage", "table", "a short list"),
        ("Logs/LogsPage", "input table", "the search, and the help's table"),
        ("Notifications/Select", "select", "in toolbars"),
        ("OldConfigurator/OldSettingsTable", "input table", "check boxes in rows"),
        ("OldConfigurator/OldUsersTable", "input table", "check boxes in rows"),
        ("Plugins/PluginLinksCard", "select", "in the toolbar"),
        ("Plugins/PluginsPage", "select", "in the toolbar"),
        ("ScheduledJobs/ComingUp", "table", "a chart's table"),
        ("ScheduledJobs/Crontab/CrontabCard", "table", "a short list"),
        ("ScheduledJobs/JobList", "input select", "check boxes in rows, native selects in the toolbar"),
        ("ScheduledJobs/OwnerSelect", "select", "in the toolbar"),
        ("ScheduledJobs/RunList", "input select table", "a list that grows, with its search"),
        ("SystemSettings/ImportReviewPanel", "table", "a comparison"),
        ("SystemSettings/SettingsHistoryPage", "input", "native choices in rows"),
        ("Templates/TemplatesPage", "select", "in the toolbar"),
        ("Tools/ToolList", "input", "a switch in rows"),
    ];

    [Fact]
    public void A_page_has_no_raw_control_but_where_it_is_said_why()
    {
        var features = Path.Combine(Repository.Product, "Features");
        var found =
            from file in Razor(features)
            let elements = RawElement().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal)
            where elements.Any()
            let name = Path.ChangeExtension(Path.GetRelativePath(features, file), null).Replace(Path.DirectorySeparatorChar, '/')
            orderby name
            select $"{name}: {string.Join(' ', elements)}";

        Assert.Equal(Raw.Select(raw => $"{raw.File}: {raw.Elements}").Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.All(Raw, raw => Assert.NotEmpty(raw.Because));
    }

    /// <summary>What a component does not know compiles, and ends the circuit or does nothing when it is drawn.</summary>
    [Fact]
    public void A_component_is_given_only_what_it_knows()
    {
        var known = typeof(MudButton).Assembly.GetExportedTypes().Concat(typeof(App).Assembly.GetTypes())
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

    private static IEnumerable<string> Razor(string folder) => Repository.Sources(folder).Where(file => file.EndsWith(".razor", StringComparison.Ordinal));

    private static bool Knows(Type component, string name) =>
        name is "Context" or "TRow" or "TItem"
        || component.GetGenericArguments().Any(argument => argument.Name == name)
        || component.GetProperty(name, BindingFlags.Public | BindingFlags.Instance) is { } property && property.IsDefined(typeof(ParameterAttribute), inherit: true);

    /// <summary>The components of a file with the names of what they are given. A value is left out whatever stands in it, quotes of C# included.</summary>
    private static IEnumerable<(string Name, IReadOnlyList<string> Attributes)> Tags(string razor)
    {
        foreach (Match tag in Tag().Matches(razor))
        {
            var attributes = new List<string>();
            for (var at = tag.Index + tag.Length; at < razor.Length && razor[at] is not ('>' or '/');)
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
            depth += razor[at] switch { '(' => 1, ')' => -1, _ => 0 };
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
