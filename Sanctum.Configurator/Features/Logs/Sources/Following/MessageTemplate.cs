using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>A message as Serilog's formatters write it where they leave the filling to who reads: <c>GET {Path} took {Elapsed:0.0} ms</c>.</summary>
internal static partial class MessageTemplate
{
    /// <summary>What is not known stays as it stands.</summary>
    public static string Fill(string template, JsonObject members)
    {
        var values = members["Properties"] as JsonObject ?? members;
        var formatted = (members["@r"] as JsonArray ?? []).GetEnumerator();
        return Hole()
            .Replace(
                template,
                hole =>
                    hole.Groups["brace"] is { Success: true } brace ? brace.Value
                    : hole.Groups["format"].Success && formatted.MoveNext() ? formatted.Current?.ToString() ?? ""
                    : values.TryGetPropertyValue(hole.Groups["name"].Value, out var value) ? value?.ToString() ?? "null"
                    : hole.Value
            );
    }

    [GeneratedRegex(
        @"(?<brace>\{)\{|(?<brace>\})\}|\{[@$]?(?<name>\w{1,64})(?:,-?\d{1,3})?(?<format>:[^{}]{1,64})?\}",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Hole();
}
