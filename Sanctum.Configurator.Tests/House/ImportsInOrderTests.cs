namespace Sanctum.Configurator.Tests.House;

/// <summary>
/// Imports stand in the order that the formatter gives them: System's first, each group by name. The formatter itself takes minutes to say
/// so.
/// </summary>
public sealed class ImportsInOrderTests
{
    private static readonly string[] Folders = ["Sanctum.Configurator", "Sanctum.Configurator.Tests"];

    [Fact]
    public void Imports_are_sorted()
    {
        var unsorted =
            from folder in Folders
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            let names = File.ReadLines(file)
                .TakeWhile(line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal))
                .Where(line =>
                    line.StartsWith("using ", StringComparison.Ordinal)
                    && !line.Contains('=', StringComparison.Ordinal)
                    && !line.StartsWith("using static", StringComparison.Ordinal)
                )
                .Select(line => line["using ".Length..].TrimEnd(';'))
                .ToList()
            let sorted = names
                .OrderBy(name => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal))
                .ThenBy(name => name, StringComparer.InvariantCultureIgnoreCase)
            where !names.SequenceEqual(sorted)
            select Path.GetRelativePath(Repository.Root, file);

        Assert.Empty(unsorted);
    }
}
