using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>What PostgreSQL has and SQLite has not. Expressions take a time that grows with the text and no faster, whatever they are.</summary>
internal static class SqliteFunctions
{
    private const int MostKept = 64;

    private static readonly ConcurrentDictionary<(string Pattern, RegexOptions Options), Regex> Kept = new();

    /// <summary>For a statement that calls any of them.</summary>
    public static void AddTo(SqliteConnection connection, string statement)
    {
        if (statement.Contains("rest_", StringComparison.Ordinal))
        {
            AddTo(connection);
        }
    }

    public static void AddTo(SqliteConnection connection)
    {
        connection.CreateFunction(
            "rest_match",
            (string? text, string pattern, long ignoresCase) =>
                text is null ? (bool?)null : Compile(pattern, ignoresCase != 0).IsMatch(text),
            isDeterministic: true
        );
        connection.CreateFunction(
            "rest_ilike",
            (string? text, string pattern) =>
                text is null ? (bool?)null : Compile(LikePattern.ToRegex(pattern), true, RegexOptions.Singleline).IsMatch(text),
            isDeterministic: true
        );
        connection.CreateFunction("rest_integer", (object? value) => IntegerOf(value), isDeterministic: true);
        connection.CreateFunction("rest_number", (object? value) => NumberOf(value), isDeterministic: true);
        connection.CreateFunction(
            "rest_json_equals",
            (string? left, string? right) => Compare(left, right, JsonNode.DeepEquals),
            isDeterministic: true
        );
        connection.CreateFunction(
            "rest_json_contains",
            (string? whole, string? part) => Compare(whole, part, (a, b) => Contains(a, b, isOutermost: true)),
            isDeterministic: true
        );
        connection.CreateFunction(
            "rest_json_overlaps",
            (string? left, string? right) => Compare(left, right, Overlaps),
            isDeterministic: true
        );
    }

    /// <exception cref="RestFault">It is no expression, or one that can't be kept to a time that is certain.</exception>
    public static Regex Compile(string pattern, bool ignoresCase, RegexOptions more = RegexOptions.None)
    {
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | more | (ignoresCase ? RegexOptions.IgnoreCase : 0);
        if (Kept.TryGetValue((pattern, options), out var kept))
        {
            return kept;
        }

        try
        {
            var made = new Regex(pattern, options, TimeSpan.FromSeconds(1));
            if (Kept.Count >= MostKept)
            {
                Kept.Clear();
            }

            return Kept[(pattern, options)] = made;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "2201B",
                $"invalid regular expression: {RestFault.Shorten(pattern)}",
                e.Message,
                "References back and looks around are not offered."
            );
        }
    }

    private static long? IntegerOf(object? value) =>
        value switch
        {
            null or DBNull => null,
            long number => number,
            double number when number is > long.MinValue and < long.MaxValue => (long)Math.Round(number, MidpointRounding.ToEven),
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new FormatException($"invalid input syntax for type bigint: \"{value}\""),
        };

    private static double? NumberOf(object? value) =>
        value switch
        {
            null or DBNull => null,
            long number => number,
            double number => number,
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new FormatException($"invalid input syntax for type double precision: \"{value}\""),
        };

    private static bool? Compare(string? left, string? right, Func<JsonNode?, JsonNode?, bool> compare)
    {
        if (left is null || right is null)
        {
            return null;
        }

        try
        {
            return compare(JsonNode.Parse(left), JsonNode.Parse(right));
        }
        catch (JsonException)
        {
            return false; // What another program wrote is deeper than this reads.
        }
    }

    /// <summary>As @&gt; of jsonb has it: all that is in the part is in the whole.</summary>
    private static bool Contains(JsonNode? whole, JsonNode? part, bool isOutermost = false) =>
        (whole, part) switch
        {
            (JsonObject a, JsonObject b) => b.All(member =>
                a.TryGetPropertyValue(member.Key, out var value) && Contains(value, member.Value)
            ),
            (JsonArray a, JsonArray b) => b.All(wanted => a.Any(each => Contains(each, wanted))),
            (JsonArray a, System.Text.Json.Nodes.JsonValue or null) when isOutermost => a.Any(each => JsonNode.DeepEquals(each, part)),
            (JsonObject or JsonArray, _) or (_, JsonObject or JsonArray) => false,
            _ => JsonNode.DeepEquals(whole, part),
        };

    private static bool Overlaps(JsonNode? left, JsonNode? right) =>
        left is JsonArray a && right is JsonArray b && a.Any(each => b.Any(other => JsonNode.DeepEquals(each, other)));
}
