using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>Reads what somebody says of himself by the turns of phrase that people use for it, in English.</summary>
internal static partial class RuleReader
{
    public const string Name = "rules";
    public const string Version = "rules-1";

    /// <summary>Conversations that began alike before it is called a habit, this one included.</summary>
    private const int MakesAPattern = 3;
    private const int Most = 8;
    private const int Shortest = 8;
    private const int Longest = 300;

    public static IReadOnlyList<NewMemory> Read(ExtractionInput input) =>
        [
            .. Sentences(input.Settings.ReadsQuotes ? input.AllText : input.Own)
                .Select(sentence =>
                    input.AgentId is { } agent && ForAgent(sentence) is { } ofAgent
                        ? New(input, ofAgent, Trimmed(sentence)) with
                        {
                            Scope = MemoryScope.Agent,
                            AgentId = agent,
                        }
                    : KindOf(sentence) is { } kind ? New(input, kind, Trimmed(sentence))
                    : null
                )
                .OfType<NewMemory>()
                .DistinctBy(memory => MemoryWords.KeyOf(memory.Content))
                .Take(Most),
        ];

    /// <summary>Something that is asked for again and again; null where this is not.</summary>
    public static NewMemory? PatternIn(ExtractionInput input)
    {
        var words = MemoryWords.Of(input.Own);
        return
            input.Own.Length is >= Shortest and <= Longest
            && words.Said.Count > 1
            && input.Earlier.Count(other => MemoryWords.Of(other).LikenessTo(words) >= MemoryWords.Same) + 1 >= MakesAPattern
            ? New(input, MemoryKind.Pattern, $"Asks again and again: {input.Own.ReplaceLineEndings(" ")}")
            : null;
    }

    /// <summary>What a conversation was about, without a model.</summary>
    public static NewMemory SummaryOf(ExtractionInput input)
    {
        var (title, first) = (input.Conversation.Title?.Trim(), input.Own.ReplaceLineEndings(" "));
        first = first.Length <= Longest ? first : $"{first[..Longest]}…";
        var content =
            string.IsNullOrEmpty(title) || first.StartsWith(title.TrimEnd('…'), StringComparison.Ordinal)
                ? $"Asked: {first}"
                : $"{title}. Asked: {first}";
        return New(input, MemoryKind.Summary, content);
    }

    private static NewMemory New(ExtractionInput input, MemoryKind kind, string content) =>
        new(kind, content, input.SaidAt)
        {
            ConversationId = input.Conversation.Id,
            MessageId = input.MessageId,
            ExtractedBy = Name,
            PromptVersion = Version,
            HeldBecause = MemoryGuard.ReasonToHold(content, kind == MemoryKind.Summary),
        };

    private static IEnumerable<string> Sentences(string text) =>
        Ends()
            .Split(text)
            .Select(sentence => sentence.Trim(' ', '\t', '-', '*', '•'))
            .Where(sentence => sentence.Length is >= Shortest and <= Longest && !sentence.EndsWith('?'));

    private static MemoryKind? KindOf(string sentence) =>
        Passing().IsMatch(sentence) ? null
        : Denial().IsMatch(sentence) || Correction().IsMatch(sentence) ? MemoryKind.Correction
        : Preference().IsMatch(sentence) ? MemoryKind.Preference
        : null;

    /// <summary>How the agent that is spoken to is to work, where somebody tells it so.</summary>
    private static MemoryKind? ForAgent(string sentence) =>
        !AddressedTo().IsMatch(sentence) || ForNow().IsMatch(sentence) || SaysSomethingElse().IsMatch(sentence) ? null
        : Denied().IsMatch(sentence) ? MemoryKind.Correction
        : MemoryKind.Preference;

    private static string Trimmed(string sentence)
    {
        var text = Opening().Replace(sentence, "").Trim().TrimEnd('.', '!', ',');
        return text.Length == 0 ? sentence : char.ToUpperInvariant(text[0]) + text[1..];
    }

    [GeneratedRegex(
        @"^(please,? |and |but |also |actually,? |ok(ay)?,? |no,? |in (the )?future,? |from now on,? )*you (should|shouldn'?t|must|mustn'?t|have to|need to|ought to|are to|are not to|always have to)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex AddressedTo();

    [GeneratedRegex(
        @"\b(this time|for now|just (this )?once|only here|today|right now|now|in this (one|file|case|component|conversation|chat|answer))\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex ForNow();

    /// <summary>It supposes something, or speaks of what was: "you should have it by now", "you must be tired".</summary>
    [GeneratedRegex(
        @"\byou (should|must|ought to|shouldn'?t|mustn'?t) (have|know|see|be|feel|think|get|already)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex SaysSomethingElse();

    [GeneratedRegex(@"\b(never|shouldn'?t|mustn'?t|not|no longer|stop|avoid)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Denied();

    [GeneratedRegex(@"(?<=[.!?])\s+|\n+", RegexOptions.None, 500)]
    private static partial Regex Ends();

    /// <summary>It holds for now only, or asks for something.</summary>
    [GeneratedRegex(
        @"\b(this time|for now|just this once|only here|today|in this (one|file|case|component|conversation|chat|answer))\b|^(it|this|that|there|they|he|she|you|if|why|how|what|when|where|who|can|could|should|would|do|does|did|is|are)\b|\b(don'?t|do not) (know|think|worry|mind|understand|see|care|have|forget)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Passing();

    [GeneratedRegex(
        @"^(please,? |no,? |and |but |also |actually,? )*(never|don'?t|do not|stop|avoid|no more)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Denial();

    [GeneratedRegex(
        @"^(please,? |no,? |actually,? )*use\b.{1,120}\b(instead of|rather than|not)\b|\bi (already )?(said|told you|asked for)\b.{3,}",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Correction();

    [GeneratedRegex(
        @"^(please,? |and |but |also |actually,? |ok(ay)?,? )*(always|from now on|going forward|in (the )?future|remember|keep in mind|note that|call me|my name is|my favou?rite|our (team|company|stack|project) (is|uses|has)|we (always|usually|only) |i (always|usually|generally|only) |i (really )?(prefer|like|love|hate|dislike)\b|i'?d (rather|prefer)\b|i('?m| am) (a|an|the|from|based|working)\b|i (work|live) (as|at|in|for|with|on)\b)|\b(always|never|from now on)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Preference();

    [GeneratedRegex(
        @"^((please|and|but|also|actually|ok|okay|no),? )*((remember|keep in mind|note)( that|:)? ?(this:? )?)?",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Opening();
}
