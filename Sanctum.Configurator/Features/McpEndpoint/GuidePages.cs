namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>The pages of the guide, which the console carries with it.</summary>
internal static class GuidePages
{
    private const string Prefix = "guide/";
    private const string Suffix = ".md";

    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(GuidePages)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    public static string? Read(string name)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        using var text = new StreamReader(typeof(GuidePages).Assembly.GetManifestResourceStream($"{Prefix}{name}{Suffix}")!, Encoding.UTF8);
        return text.ReadToEnd();
    }

    /// <summary>Its first heading.</summary>
    public static string TitleOf(string name) =>
        Read(name)!.Split('\n').FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim() ?? name;
}
