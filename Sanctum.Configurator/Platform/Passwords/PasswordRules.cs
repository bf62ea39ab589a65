using Zxcvbn;
using Zxcvbn.Matcher;

namespace Sanctum.Configurator.Platform.Passwords;

/// <summary>Which passwords are good enough. Nothing is asked of their characters; they must be long and hard to guess.</summary>
public static class PasswordRules
{
    public const int MinimumLength = 12;
    public const int MaximumLength = 128;

    /// <summary>The rule in a sentence, for the forms that ask for a password.</summary>
    public const string Help =
        "At least 12 characters. Several unrelated words are good; your names, common passwords and runs on the keyboard are not.";

    /// <summary>A name this short occurs in good passwords by chance.</summary>
    private const int ShortestName = 3;

    /// <summary>A run this long is refused wherever it stands; a shorter one where it is half of the password.</summary>
    private const int LongRun = 8;
    private const int ShortRun = 4;

    /// <summary>Guessing is estimated on the beginning only: the time it takes grows faster than the length.</summary>
    private const int Judged = 40;

    private const int GoodScore = 3;

    private static readonly string[] HouseWords = ["sanctum", "configurator", "letta", "athena"];
    private static readonly Lock OneAtATime = new();
    private static readonly Zxcvbn.Zxcvbn Judge = new();

    /// <summary>Why the password is refused, in a sentence; null where it is good.</summary>
    /// <param name="names">The person's names: user name, name, e-mail address.</param>
    public static string? Refuse(string password, params IEnumerable<string?> names)
    {
        if (password.Length < MinimumLength)
        {
            return $"A password needs at least {MinimumLength} characters; this one has {password.Length}.";
        }

        if (password.Length > MaximumLength)
        {
            return $"A password may have at most {MaximumLength} characters; this one has {password.Length}.";
        }

        var words = NamesIn(names).ToList();
        if (words.FirstOrDefault(word => password.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } own)
        {
            return $"The password contains your name \"{own}\".";
        }

        var judged = password[..Math.Min(password.Length, Judged)];
        if (LongestRun(judged) is { } run && (run.Length >= LongRun || run.Length * 2 >= password.Length))
        {
            return $"\"{run}\" is a run of neighbouring keys.";
        }

        Result result;
        lock (OneAtATime)
        {
            result = Judge.EvaluatePassword(judged, words.Concat(HouseWords));
        }

        return result.Score >= GoodScore ? null : Explain(result);
    }

    /// <summary>The same without quoting a part of the password, for reasons that may reach a log.</summary>
    public static string? RefuseUnquoted(string password, params IEnumerable<string?> names) =>
        Refuse(password, names) switch
        {
            { } reason when reason.Contains('"', StringComparison.Ordinal) => Help,
            var reason => reason,
        };

    private static string Explain(Result result)
    {
        var worst = result.MatchSequence.OrderByDescending(m => m.Token.Length).First();
        return worst switch
        {
            DictionaryMatch { DictionaryName: "passwords" } => $"\"{worst.Token}\" is one of the most common passwords. Add more words.",
            DictionaryMatch => $"\"{worst.Token}\" and little else is too easy to guess. Add words that have nothing to do with it.",
            SpatialMatch => $"\"{worst.Token}\" is a run of neighbouring keys.",
            RepeatMatch => "The password repeats itself and is too easy to guess.",
            SequenceMatch => $"\"{worst.Token}\" is a sequence and too easy to guess.",
            _ => "The password is too easy to guess. Add some words that have nothing to do with each other.",
        };
    }

    private static string? LongestRun(string password) =>
        new SpatialMatcher().MatchPassword(password).Select(m => m.Token).Where(t => t.Length >= ShortRun).MaxBy(t => t.Length);

    /// <summary>The names whole and in parts: of "Ada Lovelace" both words, of an address what stands before the @.</summary>
    private static IEnumerable<string> NamesIn(IEnumerable<string?> names) =>
        names
            .OfType<string>()
            .Select(name => name.Split('@')[0])
            .SelectMany(name =>
                name.Split([' ', '.', '-', '_', '+'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Prepend(name.Trim())
            )
            .Where(name => name.Length >= ShortestName)
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
