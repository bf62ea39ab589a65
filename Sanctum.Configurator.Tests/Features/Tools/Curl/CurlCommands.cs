using System.Reflection;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>The commands in the folder Commands, which lie between lines of <c>%%</c>. HOST stands for a server of the test's.</summary>
internal static class CurlCommands
{
    public static IReadOnlyList<string> All { get; } = [.. Names().SelectMany(Read).Distinct()];

    private static IEnumerable<string> Names() =>
        Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name => name.Contains(".Tools.Curl.Commands.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return text[..^1].Split("\n%%\n");
    }
}
