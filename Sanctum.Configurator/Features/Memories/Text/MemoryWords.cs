using System.Security.Cryptography;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Memories.Text;

/// <summary>
/// What a memory says, as it is compared: the stems of the words that carry it, each with whether it is denied. "Never use tabs" and "use tabs"
/// have the same topic and say the opposite.
/// </summary>
internal sealed class MemoryWords
{
    /// <summary>From which share of common words on two are the same in other words.</summary>
    public const double Same = 0.6;

    private const char Denied = '-';

    private static readonly HashSet<string> Empty = Set(
        """
        a an the i im ive id me my mine we our us you your he him his she her it its they them their who which is are was were be been being
        am do does did done to of in on at by for with from as that this these those there here and or but so if then than too very really
        just please always also must should would could can will shall have has had need needs want wants wanted like likes liked love loves
        prefer prefers preferred use uses used using make makes made keep user users person people when whenever all any every ever each
        remember note mind future more now going forward answer answers give gives given get gets ask asks asked again thing things about into up out
        """
    );

    private static readonly HashSet<string> Negations = Set(
        """
        no not never dont doesnt didnt isnt arent wasnt wont cant cannot couldnt shouldnt wouldnt without avoid avoids stop stops neither nor
        none nothing dislike dislikes hate hates instead rather except
        """
    );

    private static readonly char[] Ends = ['.', ',', ';', ':', '!', '?', '\n', '(', ')'];

    private MemoryWords(HashSet<string> said) => Said = said;

    /// <summary>The stems; the denied ones with a sign before them.</summary>
    public IReadOnlySet<string> Said { get; }

    private HashSet<string> Topic => [.. Said.Select(word => word.TrimStart(Denied))];

    public static MemoryWords Of(string text)
    {
        HashSet<string> said = [];
        HashSet<string> all = [];
        foreach (var clause in text.Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal).Split(Ends))
        {
            var (isDenied, isChoice) = (false, false);
            foreach (var word in LogTokenizer.In(clause))
            {
                isChoice |= word.StartsWith("prefer", StringComparison.Ordinal);
                isDenied = word is "but" ? false : isDenied || Negations.Contains(word) || (isChoice && word == "over");
                all.Add(word);
                if (!Empty.Contains(word) && !Negations.Contains(word) && word != "over")
                {
                    said.Add(isDenied ? $"{Denied}{Stem(word)}" : Stem(word));
                }
            }
        }

        return new(said.Count > 0 ? said : all);
    }

    /// <summary>Equal for equal contents, whatever their case and punctuation: 64 hexadecimal digits.</summary>
    public static string KeyOf(string content)
    {
        var words = string.Join(' ', LogTokenizer.In(content));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words.Length > 0 ? words : content.Trim())));
    }

    /// <summary>The words as a person's tombstone keeps them: by each of them only the same word of the same person is known.</summary>
    public IReadOnlySet<string> HashedFor(string userId) =>
        Said.Select(word => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{word}")))[..12]).ToHashSet();

    /// <summary>The share of common words, from 0 to 1.</summary>
    public static double Likeness(IReadOnlySet<string> one, IReadOnlySet<string> other)
    {
        var common = one.Count(other.Contains);
        var together = one.Count + other.Count - common;
        return together == 0 ? 0 : (double)common / together;
    }

    /// <summary>How much both say the same, from 0 to 1.</summary>
    public double LikenessTo(MemoryWords other) => Likeness(Said, other.Said);

    /// <summary>Both are about the same, and what one says the other denies.</summary>
    public bool Contradicts(MemoryWords other) =>
        LikenessTo(other) < Same
        && Likeness(Topic, other.Topic) >= Same
        && Said.Any(word => other.Said.Contains(word.StartsWith(Denied) ? word[1..] : $"{Denied}{word}"));

    /// <summary>The share of these words that stand in a text, denied or not, from 0 to 1.</summary>
    public double ShareIn(MemoryWords text)
    {
        var (topic, there) = (Topic, text.Topic);
        return topic.Count == 0 ? 0 : (double)topic.Count(there.Contains) / topic.Count;
    }

    /// <summary>The words of a question that are worth looking for, as they stand in it.</summary>
    public static IReadOnlyList<string> Wanted(string text, int most) =>
        [
            .. LogTokenizer
                .In(text.Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal))
                .Where(word => !Empty.Contains(word) && !Negations.Contains(word))
                .Distinct()
                .Take(most),
        ];

    /// <summary>A word without its ending: "styles", "styling" and "styled" are one.</summary>
    public static string Stem(string word)
    {
        var stem =
            word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal) ? $"{word[..^3]}y"
            : word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3]
            : word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal) ? word[..^2]
            : word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1]
            : word;
        return stem.Length > 4 && stem[^1] == 'e' ? stem[..^1] : stem;
    }

    private static HashSet<string> Set(string words) => [.. words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];
}
