using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Data.Search;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>
/// What somebody wants messages to say, by the rule of the logs' search: all words, "phrases", words that begin with* and -none of these.
/// What no index of words knows (signs of scripts without blanks, emoji) is looked for in the text itself.
/// </summary>
public sealed record MessageWords
{
    /// <summary>Characters of a search.</summary>
    public const int Longest = 2_000;

    /// <summary>Conditions of a search: each is looked up.</summary>
    public const int MostTerms = 50;

    public static readonly MessageWords None = new();

    public IReadOnlyList<WordPhrase> Phrases { get; private init; } = [];

    public IReadOnlyList<WordPhrase> ExcludedPhrases { get; private init; } = [];

    /// <summary>Pieces of text as they stand in a message.</summary>
    public IReadOnlyList<string> Pieces { get; private init; } = [];

    public IReadOnlyList<string> ExcludedPieces { get; private init; } = [];

    public bool IsNone => Wanted.IsNone && Pieces.Count + ExcludedPieces.Count == 0;

    /// <summary>What the databases' indexes of words find.</summary>
    internal WantedWords Wanted => new(Phrases, ExcludedPhrases);

    /// <returns>What is wanted, or what is wrong with it in a sentence.</returns>
    public static (MessageWords Words, string? Problem) Read(string? text)
    {
        if (text?.Length > Longest)
        {
            return (None, string.Create(CultureInfo.InvariantCulture, $"A search can have at most {Longest:N0} characters. Shorten it."));
        }

        if (text?.Contains('\0', StringComparison.Ordinal) == true)
        {
            return (None, "The search contains a NUL character. Remove it.");
        }

        var (terms, errors) = LogQuery.Split(text);
        return errors.Count > 0 ? (None, string.Create(CultureInfo.InvariantCulture, $"At {errors[0].Start + 1}: {errors[0].Message}"))
            : terms.Count > MostTerms ? (None, $"A search can have at most {MostTerms} words and phrases. Leave some out.")
            : (terms.Aggregate(None, (words, term) => words.With(term)), null);
    }

    private MessageWords With(LogTerm term)
    {
        // Messages have no fields: "10:30" is only how a time is written.
        var text = term.Field + term.Operator + term.Value;
        var isPrefix = text.EndsWith('*');
        var words = LogTokenizer.In(text);
        if (words.Count > 0 && !words.Exists(LogTokenizer.IsUnspaced))
        {
            var phrase = new WordPhrase(words, isPrefix);
            return term.IsExcluded
                ? this with
                {
                    ExcludedPhrases = [.. ExcludedPhrases, phrase],
                }
                : this with
                {
                    Phrases = [.. Phrases, phrase],
                };
        }

        var piece = words.Count > 0 ? text.TrimEnd('*') : text;
        return term.IsExcluded ? this with { ExcludedPieces = [.. ExcludedPieces, piece] } : this with { Pieces = [.. Pieces, piece] };
    }
}
