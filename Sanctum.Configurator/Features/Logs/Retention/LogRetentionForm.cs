using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.LogRetention;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>How long lines are kept, as it is typed or sent.</summary>
public sealed class LogRetentionForm : IValidatableObject
{
    public const int LongestDays = 36_500;

    /// <summary>
    /// Days that lines are kept, by level (DEBUG, INFO, WARNING, ERROR, CRITICAL) or by level and source, such as <c>INFO agent</c>, which
    /// goes first.
    /// </summary>
    [TextLimit(Lengths.Name)]
    public Dictionary<string, int> Days
    {
        get;
        set => field = value ?? [];
    } = [];

    /// <summary>Days that all others are kept.</summary>
    [Range(1, LongestDays, ErrorMessage = "Enter 1 to 36500 days.")]
    public int OtherDays { get; set; } = 90;

    /// <summary>
    /// Megabytes that the lines and their index may take; above, the oldest go. Only of SQLite: PostgreSQL keeps its own house.
    /// </summary>
    [Range(16, 10_000_000, ErrorMessage = "Enter 16 to 10000000 megabytes.")]
    public int Megabytes { get; set; } = 8192;

    /// <summary>The version that was read.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, days) in Days)
        {
            if (LogQueryReader.FindLevel(name.Split(' ')[0]) is null)
            {
                yield return new(
                    $"{name} is not valid. Use a level such as INFO, or a level and a source such as INFO agent.",
                    [nameof(Days)]
                );
            }

            if (days is < 1 or > LongestDays)
            {
                yield return new($"{name}: enter 1 to {LongestDays} days.", [nameof(Days)]);
            }
        }
    }
}

/// <summary>How long lines are kept.</summary>
/// <param name="Days">By level, or by level and source, which goes first.</param>
/// <param name="OtherDays">Of all others.</param>
/// <param name="Version">0 while nobody has changed it.</param>
public sealed record LogRetentionRow(
    IReadOnlyDictionary<string, int> Days,
    int OtherDays,
    int Megabytes,
    int Version,
    DateTimeOffset? UpdatedAt
) : IHasVersion
{
    public static LogRetentionRow Of(LogRetentionSettings? settings)
    {
        var stored = settings ?? new();
        return new(DaysIn(stored.Days), Math.Max(stored.OtherDays, 1), stored.Megabytes, stored.Version, settings?.UpdatedAt);
    }

    /// <summary>No rules of their own where another program wrote something else.</summary>
    private static Dictionary<string, int> DaysIn(string? json)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(json ?? "{}") ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    public int DaysOf(LogLevelWord level, string source)
    {
        var word = EnumText<LogLevelWord>.Of(level);
        return Days.FirstOrDefault(rule => string.Equals(rule.Key, $"{word} {source}", StringComparison.OrdinalIgnoreCase))
                is { Value: > 0 and var both }
                ? both
            : Days.FirstOrDefault(rule => LogQueryReader.FindLevel(rule.Key) == level) is { Value: > 0 and var ofLevel } ? ofLevel
            : OtherDays;
    }
}

/// <summary>Lines of one level and source that are stored.</summary>
/// <param name="Oldest">The hour of the oldest.</param>
/// <param name="Days">Days that they are kept.</param>
/// <param name="Due">Lines that the next clean-up removes.</param>
public sealed record LogStockRow(string Level, string Source, long Lines, DateTimeOffset Oldest, int Days, long Due);

/// <summary>What is stored, the most lines first.</summary>
/// <param name="Bytes">What the lines and their index take; null on PostgreSQL.</param>
public sealed record LogStock(IReadOnlyList<LogStockRow> Items, long? Bytes);

/// <summary>What became of lines that were to be removed.</summary>
public sealed record LogRemoval(long Removed);
