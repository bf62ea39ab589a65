using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>A search that was understood, or what is wrong with it.</summary>
public sealed record LogReading(LogFilter Filter, IReadOnlyList<LogQueryError> Errors)
{
    /// <summary>All that is wrong, and where, as sentences; null where nothing is.</summary>
    public string? Problem =>
        Errors.Count == 0
            ? null
            : string.Join(
                ' ',
                Errors.Select(error => string.Create(CultureInfo.InvariantCulture, $"At {error.Start + 1}: {error.Message}"))
            );
}

/// <summary>Makes a filter of what an operator typed; <see cref="LogQueryHelp"/> says what may be typed.</summary>
public sealed class LogQueryReader(LogNames names)
{
    /// <summary>For one line; regular expressions never backtrack, so this is for very long ones.</summary>
    private static readonly TimeSpan ForOneMatch = TimeSpan.FromMilliseconds(50);

    /// <summary>Characters of a search: each condition is looked at for each line.</summary>
    public const int LongestQuery = 2_000;

    /// <summary>Names that lead to a detail.</summary>
    private const int LongestPath = 32;

    private static readonly string[] Sources = ["system", "agent", "tool", "plugin"];

    public async Task<LogReading> ReadAsync(string? text, CancellationToken cancel)
    {
        if (text?.Length > LongestQuery)
        {
            return new(
                LogFilter.Everything,
                [new(LongestQuery, text.Length - LongestQuery, $"A search can have at most {LongestQuery} characters. Shorten it.")]
            );
        }

        var nul = text?.IndexOf('\0', StringComparison.Ordinal) ?? -1;
        if (nul >= 0)
        {
            // PostgreSQL takes it in no text at all.
            return new(LogFilter.Everything, [new(nul, 1, "The search contains a NUL character. Remove it.")]);
        }

        var (terms, faults) = LogQuery.Split(text);
        var errors = new List<LogQueryError>([.. faults, .. LogOperators.FaultsIn(terms)]);
        var filter = LogFilter.Everything;
        for (var at = 0; at < terms.Count; at++)
        {
            var (term, isOther) = (terms[at], at > 0 && terms[at - 1].IsOr);
            if (term.IsOperator)
            {
                continue;
            }

            switch (isOther && term.IsWords ? AddWords(filter, term, isOther) : await AddAsync(filter, term, cancel))
            {
                case (LogFilter added, null):
                    filter = added;
                    break;
                case (_, string message):
                    errors.Add(term.Wrong(message));
                    break;
            }
        }

        return new(filter with { Origins = Narrowed(filter.Origins) }, [.. errors.OrderBy(error => error.Start)]);
    }

    /// <summary>"source:agent agent:Athena" means Athena alone.</summary>
    private static IReadOnlyList<LogOrigin> Narrowed(IReadOnlyList<LogOrigin> origins) =>
        [.. origins.Where(origin => origin.Id is not null || !origins.Any(other => other.Source == origin.Source && other.Id is not null))];

    private Task<(LogFilter?, string?)> AddAsync(LogFilter filter, LogTerm term, CancellationToken cancel) =>
        term.Field?.ToLowerInvariant() switch
        {
            null => Task.FromResult(AddWords(filter, term)),
            "level" => Task.FromResult(AddLevel(filter, term)),
            "source" => Task.FromResult(AddSource(filter, term)),
            "message" when term.Operator == "~" => Task.FromResult(AddPattern(filter, term)),
            "message" => Task.FromResult(AddWords(filter, term)),
            "agent" or "tool" or "plugin" => AddOriginAsync(filter, term, cancel),
            "user" => AddUserAsync(filter, term, cancel),
            "correlation" => Task.FromResult(AddCorrelation(filter, term)),
            var field when field.StartsWith("details.", StringComparison.Ordinal) && field.Length > "details.".Length => Task.FromResult(
                AddDetail(filter, term)
            ),
            var field => Task.FromResult(
                Wrong($"Unknown field {field}.{Suggest(field)} To search for the words themselves, put the term in quotes.")
            ),
        };

    private static (LogFilter?, string?) Wrong(string message) => (null, message);

    private static string Suggest(string field) => NearestName.Find(field, LogQueryHelp.Fields) is { } near ? $" Did you mean {near}?" : "";

    /// <param name="isOther">Whether one of it and of the wanted ones before it is enough.</param>
    private static (LogFilter?, string?) AddWords(LogFilter filter, LogTerm term, bool isOther = false)
    {
        var isPrefix = term.Value.EndsWith('*');
        var words = LogTokenizer.In(term.Value);
        if (words.Count == 0)
        {
            return Wrong("Enter at least one letter or digit.");
        }

        var phrase = new WordPhrase(words, isPrefix);
        return (
            term.IsExcluded
                ? filter with
                {
                    ExcludedPhrases = [.. filter.ExcludedPhrases, phrase],
                }
                : filter with
                {
                    Phrases =
                        isOther && filter.Phrases.Count > 0
                            ? [.. filter.Phrases.SkipLast(1), [.. filter.Phrases[^1], phrase]]
                            : [.. filter.Phrases, [phrase]],
                },
            null
        );
    }

    private static (LogFilter?, string?) AddLevel(LogFilter filter, LogTerm term)
    {
        var named = term.Value.Split(',').Select(FindLevel).ToList();
        if (named.Contains(null) || (named.Count > 1 && term.Operator is not (":" or "=")))
        {
            return Wrong(
                $"The level must be one of {string.Join(", ", Enum.GetValues<LogLevelWord>().Select(level => level.ToString().ToLowerInvariant()))}."
            );
        }

        var first = named[0]!.Value;
        Func<LogLevelWord, bool>? holds = term.Operator switch
        {
            ":" or "=" => level => named.Contains(level),
            ">=" => level => level >= first,
            ">" => level => level > first,
            "<=" => level => level <= first,
            "<" => level => level < first,
            _ => null,
        };
        if (holds is null)
        {
            return Wrong("Use :, >=, >, <= or < with level.");
        }

        var before = filter.Levels ?? Enum.GetValues<LogLevelWord>();
        return (filter with { Levels = [.. before.Where(level => holds(level) != term.IsExcluded)] }, null);
    }

    /// <summary>The seed's word, or the name that .NET, Python, Java, Go or syslog has for it.</summary>
    public static LogLevelWord? FindLevel(string? word) =>
        word?.Trim().ToLowerInvariant() switch
        {
            "debug" or "trace" or "verbose" or "fine" or "finer" or "finest" => LogLevelWord.Debug,
            "info" or "information" or "notice" => LogLevelWord.Info,
            "warning" or "warn" => LogLevelWord.Warning,
            "error" or "err" or "severe" => LogLevelWord.Error,
            "critical" or "fatal" or "crit" or "alert" or "emerg" or "emergency" or "panic" or "dpanic" => LogLevelWord.Critical,
            _ => null,
        };

    private static (LogFilter?, string?) AddSource(LogFilter filter, LogTerm term)
    {
        var named = term.Value.ToLowerInvariant().Split(',');
        if (term.Operator is not (":" or "=") || named.Any(name => !Sources.Contains(name)))
        {
            return Wrong($"The source must be one of {string.Join(", ", Sources)}, such as source:agent.");
        }

        return (With(filter, term, named.Select(name => new LogOrigin(name, null))), null);
    }

    private static LogFilter With(LogFilter filter, LogTerm term, IEnumerable<LogOrigin> origins) =>
        term.IsExcluded
            ? filter with
            {
                ExcludedOrigins = [.. filter.ExcludedOrigins, .. origins],
            }
            : filter with
            {
                Origins = [.. filter.Origins, .. origins],
            };

    private async Task<(LogFilter?, string?)> AddOriginAsync(LogFilter filter, LogTerm term, CancellationToken cancel)
    {
        var source = term.Field!.ToLowerInvariant();
        if (term.Operator is not (":" or "="))
        {
            return Wrong($"Enter the name of the {source}, such as {source}:{term.Value}.");
        }

        var ids = await names.FindAsync(source, term.Value, cancel);
        return ids.Count == 0
            ? Wrong($"Unknown {source} {term.Value}.")
            : (With(filter, term, ids.Select(id => new LogOrigin(source, id))), null);
    }

    private async Task<(LogFilter?, string?)> AddUserAsync(LogFilter filter, LogTerm term, CancellationToken cancel) =>
        term.IsExcluded || term.Operator is not (":" or "=") ? Wrong("Enter the user name, such as user:ada.")
        : await names.FindUserAsync(term.Value, cancel) is { } id ? (filter with { UserId = id }, null)
        : Wrong($"Unknown user {term.Value}.");

    private static (LogFilter?, string?) AddCorrelation(LogFilter filter, LogTerm term) =>
        term.IsExcluded || term.Operator is not (":" or "=")
            ? Wrong("Enter the correlation id, such as correlation:4bf92f35.")
            : (filter with { CorrelationId = term.Value }, null);

    private static (LogFilter?, string?) AddPattern(LogFilter filter, LogTerm term)
    {
        try
        {
            var expression = new Regex(term.Value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, ForOneMatch);
            return (filter with { Patterns = [.. filter.Patterns, new(expression, term.IsExcluded)] }, null);
        }
        catch (ArgumentException e)
        {
            return Wrong($"This is not a valid regular expression: {e.Message}");
        }
        catch (NotSupportedException e) when (e.Message.Contains("automata", StringComparison.Ordinal))
        {
            return Wrong("This regular expression is too large. Reduce its repetitions.");
        }
        catch (NotSupportedException)
        {
            return Wrong("Look-around, back references and atomic groups are not supported in searches.");
        }
    }

    private static (LogFilter?, string?) AddDetail(LogFilter filter, LogTerm term) =>
        term.Operator is not (":" or "=") ? Wrong($"Use : with details, such as {term.Field}:{term.Value}.")
        : term.Field!.Count(c => c == '.') > LongestPath ? Wrong($"A details field can have at most {LongestPath} names separated by dots.")
        : (filter with { Details = [.. filter.Details, new(term.Field!.Split('.')[1..], term.Value, term.IsExcluded)] }, null);
}
