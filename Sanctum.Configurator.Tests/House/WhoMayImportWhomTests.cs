using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.House;

public sealed partial class WhoMayImportWhomTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Platform"] = [],
        ["Registry"] = ["Platform"],
        ["Components"] = ["Platform"],
        ["Features"] = ["Platform", "Registry", "Components"],
    };

    [Fact]
    public void Every_file_names_only_what_its_folder_may()
    {
        var broken =
            from file in Repository.Sources(Repository.Product)
            let path = Repository.Parts(file)[1..]
            where Allowed.ContainsKey(path[0])
            from Match use in Ours().Matches(File.ReadAllText(file))
            let folder = use.Groups["folder"].Value
            let feature = use.Groups["feature"].Value
            where Allowed.ContainsKey(folder)
            where folder == "Features" ? path[0] != "Features" || feature != path[1] : folder != path[0] && !Allowed[path[0]].Contains(folder)
            select $"{Path.Join(path)} names {use.Value.Trim()}";

        Assert.Empty(broken);
    }

    [Fact]
    public void There_is_one_component_library_and_only_what_is_drawn_names_it()
    {
        var broken =
            from file in Repository.Sources(Repository.Product)
            from Match library in Library().Matches(File.ReadAllText(file))
            where library.Value != nameof(MudBlazor) || Repository.Parts(file)[1] is not ("Components" or "Features")
            select $"{Path.Join(Repository.Parts(file))} names {library.Value}";

        Assert.Empty(broken);
    }

    [Fact]
    public void Only_the_cron_core_names_the_library_that_reads_expressions()
    {
        var broken = Repository.Sources(Repository.Product)
            .Where(file => !Path.Join(Repository.Parts(file)).Contains(Path.Join("Platform", "Cron"), StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("Quartz", StringComparison.Ordinal));

        Assert.Empty(broken);
    }

    // Fully qualified names too, wherever they stand; the namespace a file declares is its own.
    [GeneratedRegex(@"(?<!namespace )Sanctum\.Configurator\.(?<folder>\w+)(\.(?<feature>\w+))?")]
    private static partial Regex Ours();

    [GeneratedRegex(@"\b(MudBlazor|Radzen|FluentUI|Blazorise|AntDesign)\b")]
    private static partial Regex Library();
}
