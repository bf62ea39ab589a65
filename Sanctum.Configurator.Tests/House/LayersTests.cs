using System.Text.RegularExpressions;
using NetArchTest.Rules;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Tests.House;

/// <summary>
/// Who may name whom, read from the compiled code: a folder may name those that stand before it in its list and none after it, so that
/// there
/// is no circle. A folder that is in no list fails as well, so that a new one is given its place.
/// </summary>
public sealed class LayersTests
{
    private const string Root = "Sanctum.Configurator";

    /// <summary>Read once: that is what these tests take their time for.</summary>
    private static readonly Types Console = Types.InAssembly(typeof(RegistryDbContext).Assembly);

    /// <summary>A namespace and its folders, from the one that names none of the others upwards.</summary>
    public static readonly TheoryData<string, string[]> Lists = new()
    {
        { Root, ["Platform", "Registry", "Components", "Features"] },
        {
            $"{Root}.Features",
            [
                "DryRuns",
                "Migrations",
                "Overview",
                "Notifications",
                "Account",
                "Logs",
                "Letta",
                "Models",
                "Graph",
                "Templates",
                "Configurations",
                "Plugins",
                "Tools",
                "McpServers",
                "History",
                "SystemSettings",
                "ScheduledJobs",
                "Agents",
                "ApiKeys",
                "Proposals",
                "McpEndpoint",
                "Users",
                "Messaging",
                "Preferences",
                "GeneratedCode",
                "Memories",
                "Conversations",
                "RestApi",
                "OpenAiApi",
                "Backups",
                "OldConfigurator",
                "Health",
            ]
        },
        {
            $"{Root}.Registry",
            [
                "Model",
                "History",
                "Users",
                "Agents",
                "Tools",
                "Plugins",
                "Configurations",
                "Models",
                "McpServers",
                "Proposals",
                "Messaging",
                "Conversations",
                "Memories",
                "GeneratedCode",
                "Preferences",
                "Settings",
                "Connections",
                "Notifications",
                "LogFiles",
                "LogRetention",
                "LogViews",
                "Logs",
                "Templates",
                "Jobs",
                "Backups",
                "Data",
            ]
        },
        { $"{Root}.Features.Letta", ["Client", "V1", "AppServer", "Saved", "Models", "Probe", "Monitor"] },
        { $"{Root}.Features.McpServers", ["Processes", "Client", "Pins", "AtLetta", "Probe", "Saved", "Sessions", "Watching"] },
        { $"{Root}.Features.McpEndpoint", ["Operations"] },
        { $"{Root}.Features.Logs", ["Storing", "Indexing", "Searching", "Retention", "Sources", "Viewing", "Views", "Alerts"] },
        { $"{Root}.Features.ScheduledJobs", ["Engine", "Crontab"] },
        { $"{Root}.Features.Messaging", ["Incoming", "Channels", "Outbox", "Queue", "Intake", "Drafts", "Messages", "People", "Broca"] },
        { $"{Root}.Features.Memories", ["Text", "Keeping", "Vectors", "Merging", "Extraction"] },
        { $"{Root}.Features.Conversations", ["Rendering", "ShortTerm", "Keeping", "Prompting", "Answering", "Transfer"] },
        { $"{Root}.Features.RestApi", ["Parsing", "Catalog", "Sql"] },
        { $"{Root}.Features.Models", ["Client", "Life", "Usage", "Saved", "Probe"] },
        { $"{Root}.Features.Backups", ["Archive", "Sources", "Retention", "Targets", "Settings", "Runs"] },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_folder_names_none_that_stands_after_it(string parent, string[] folders)
    {
        var broken =
            from folder in folders
            let after = folders[(Array.IndexOf(folders, folder) + 1)..].Select(other => $"{parent}.{other}").ToArray()
            where after.Length > 0
            from type in Console
                .That()
                .ResideInNamespaceMatching(Exactly($"{parent}.{folder}"))
                .ShouldNot()
                .HaveDependencyOnAny(after)
                .GetResult()
                .FailingTypes
                ?? []
            select $"{type.FullName}: {type.Explanation}";

        Assert.Empty(broken);
    }

    /// <summary>Pages, endpoints and what registers a feature stand in its own folder, above all others in it.</summary>
    [Theory]
    [InlineData($"{Root}.Features.Letta")]
    [InlineData($"{Root}.Features.Backups")]
    [InlineData($"{Root}.Features.McpServers")]
    [InlineData($"{Root}.Features.Logs")]
    [InlineData($"{Root}.Features.ScheduledJobs")]
    [InlineData($"{Root}.Features.Models")]
    [InlineData($"{Root}.Features.Messaging")]
    [InlineData($"{Root}.Features.Memories")]
    [InlineData($"{Root}.Features.Conversations")]
    [InlineData($"{Root}.Features.RestApi")]
    public void What_stands_above_its_folders_is_named_by_none_of_them(string parent)
    {
        var assembly = typeof(RegistryDbContext).Assembly;
        var above = assembly.GetTypes().Where(type => type.Namespace == parent && !type.IsNested).Select(type => type.FullName!).ToArray();
        var folders = assembly
            .GetTypes()
            .Select(type => type.Namespace)
            .Where(name => name?.StartsWith($"{parent}.", StringComparison.Ordinal) == true)
            .Distinct();
        var broken =
            from folder in folders
            from type in Console
                .That()
                .ResideInNamespaceMatching(Exactly(folder!))
                .ShouldNot()
                .HaveDependencyOnAny(above)
                .GetResult()
                .FailingTypes
                ?? []
            select $"{type.FullName}: {type.Explanation}";

        Assert.NotEmpty(above);
        Assert.Empty(broken);
    }

    /// <summary>What is no contract of a feature is internal, though all are compiled together.</summary>
    [Fact]
    public void What_a_feature_keeps_to_itself_is_named_by_no_other()
    {
        var own = typeof(RegistryDbContext)
            .Assembly.GetTypes()
            .Where(type => !type.IsPublic && !type.IsNested && !type.Name.Contains('<', StringComparison.Ordinal))
            .GroupBy(type => FeatureOf(type.Namespace))
            .Where(types => types.Key is not null)
            .ToList();
        var broken =
            from types in own
            from type in Console
                .That()
                .ResideInNamespaceMatching(Exactly($"{Root}.Features"))
                .And()
                .DoNotResideInNamespaceMatching(Exactly($"{Root}.Features.{types.Key}"))
                .ShouldNot()
                .HaveDependencyOnAny([.. types.Select(type => type.FullName!)])
                .GetResult()
                .FailingTypes
                ?? []
            select $"{type.FullName}: {type.Explanation}";

        Assert.True(own.Count > 20);
        var said = string.Join('\n', broken);
        Assert.True(said.Length == 0, said);
    }

    private static string? FeatureOf(string? name) =>
        name?.StartsWith($"{Root}.Features.", StringComparison.Ordinal) == true ? name.Split('.')[3] : null;

    /// <summary>A namespace and those in it, and none whose name only begins alike.</summary>
    private static string Exactly(string name) => $@"^{Regex.Escape(name)}(\.|$)";

    /// <summary>The compiled code does not show an import of which nothing is used.</summary>
    [Theory]
    [MemberData(nameof(Lists))]
    public void An_import_names_none_that_stands_after_its_folder(string parent, string[] folders)
    {
        var broken =
            from folder in folders
            let root = Path.Combine(Repository.Product, Path.Combine(parent.Split('.')[2..]), folder)
            from file in Repository.Sources(root)
            from line in File.ReadLines(file)
            from other in folders[(Array.IndexOf(folders, folder) + 1)..]
            where Regex.IsMatch(line, $@"^@?using (static )?{Regex.Escape($"{parent}.{other}")}\b")
            select $"{Path.Join(Repository.Parts(file))}: {line}";

        Assert.Empty(broken);
    }

    /// <summary>There is one component library, only what is drawn names it; and one place that reads cron expressions.</summary>
    [Theory]
    [InlineData("MudBlazor", "Components|Features")]
    [InlineData("Cronos", "Platform\\.Cron")]
    public void A_library_is_named_only_where_it_belongs(string library, string folders) =>
        Assert.Empty(
            Console
                .That()
                .DoNotResideInNamespaceMatching($"^{Root}\\.({folders})(\\.|$)")
                .And()
                .ResideInNamespace(Root)
                .ShouldNot()
                .HaveDependencyOnAny(library)
                .GetResult()
                .FailingTypes?.Select(type => type.FullName)
                ?? []
        );

    [Theory]
    [MemberData(nameof(Lists))]
    public void Every_folder_is_in_its_list(string parent, string[] folders)
    {
        var there = typeof(RegistryDbContext)
            .Assembly.GetTypes()
            .Select(type => type.Namespace)
            .Where(name => name?.StartsWith($"{parent}.", StringComparison.Ordinal) == true)
            .Select(name => name![(parent.Length + 1)..].Split('.')[0])
            .Distinct();

        Assert.Equal(folders.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
    }
}
