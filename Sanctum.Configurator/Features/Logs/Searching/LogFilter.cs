using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Who wrote a line: one of the seed's sources, and which agent, tool or plugin of it; null means any.</summary>
public readonly record struct LogOrigin(string Source, int? Id);

/// <summary>A value inside the details: the names that lead to it, and what it is as text.</summary>
public sealed record LogDetail(IReadOnlyList<string> Path, string Value, bool IsExcluded);

/// <summary>A regular expression over the message.</summary>
public sealed record LogPattern(System.Text.RegularExpressions.Regex Expression, bool IsExcluded);

/// <summary>Which lines are wanted. All conditions hold together; an empty list is no condition.</summary>
public sealed record LogFilter
{
    public static readonly LogFilter Everything = new();

    /// <summary>Null for all.</summary>
    public IReadOnlyList<LogLevelWord>? Levels { get; init; }

    public IReadOnlyList<LogOrigin> Origins { get; init; } = [];

    public IReadOnlyList<LogOrigin> ExcludedOrigins { get; init; } = [];

    /// <summary>Of each, one at least.</summary>
    public IReadOnlyList<IReadOnlyList<WordPhrase>> Phrases { get; init; } = [];

    public IReadOnlyList<WordPhrase> ExcludedPhrases { get; init; } = [];

    public IReadOnlyList<LogDetail> Details { get; init; } = [];

    public IReadOnlyList<LogPattern> Patterns { get; init; } = [];

    public int? UserId { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>From this time on.</summary>
    public DateTimeOffset? From
    {
        get;
        init => field = value is { } from ? LogTimes.Clamp(from) : null;
    }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? To
    {
        get;
        init => field = value is { } to ? LogTimes.Clamp(to) : null;
    }

    /// <summary>Whether level, origin and time say it all, so that the sums per minute answer how many there are.</summary>
    public bool IsOfFacets =>
        Phrases.Count == 0
        && ExcludedPhrases.Count == 0
        && Details.Count == 0
        && Patterns.Count == 0
        && UserId is null
        && CorrelationId is null;
}
