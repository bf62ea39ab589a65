using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Indexing;

/// <summary>Level, origin and user as words of the index, so that a rare one among them narrows a search for common words.</summary>
internal static class FacetLabels
{
    public static string Of(LogRow row) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Level(row.Level)} {Origin(row.Source, null)}{(row.SourceId is { } id ? $" {Origin(row.Source, id)}" : "")}{(row.UserId is { } user ? $" {User(user)}" : "")}"
        );

    public static string Level(LogLevelWord level) => $"l{(int)level}";

    public static string Origin(string source, int? id) =>
        string.Create(CultureInfo.InvariantCulture, $"s{string.Concat(LogWordsOnly(source))}{(id is null ? "" : $"i{id}")}");

    public static string User(int id) => string.Create(CultureInfo.InvariantCulture, $"u{id}");

    private static IEnumerable<char> LogWordsOnly(string source) => source.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant);
}
