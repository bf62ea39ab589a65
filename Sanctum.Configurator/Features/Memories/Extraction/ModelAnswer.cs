using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>
/// Reads what a model found. It is believed in nothing: a memory needs the words of the person that it came from, letter by letter, and one
/// that says more than these waits until somebody has looked at it.
/// </summary>
internal static class ModelAnswer
{
    private const int Most = 8;
    private const int Shortest = 3;

    /// <summary>What is longer is not a memory but a copy of the conversation.</summary>
    private const int LongestOfAll = 2_000;

    /// <summary>Memories that one takes the place of, or is made of: a model that names more has not read them.</summary>
    private const int MostNumbers = 3;

    /// <summary>Words of a memory that have to stand in what was written.</summary>
    private const double LeastShare = 0.5;

    private const string SaysMore = "It says more than what was written.";

    /// <returns>Null where the answer is not of the form that was asked for.</returns>
    public static IReadOnlyList<NewMemory>? Read(string answer, ExtractionInput input, string model)
    {
        var isSummary = input.MessageId is null;
        if (JsonIn(answer, isSummary ? "summary" : "memories") is not { } json)
        {
            return null;
        }

        if (isSummary)
        {
            return TextIn(json, "summary") is { Length: >= Shortest and <= LongestOfAll } summary
                ? [New(input, MemoryKind.Summary, summary, 1, model, MemoryGuard.ReasonToHold(summary, isSummary: true))]
                : null;
        }

        return json.GetProperty("memories") is not { ValueKind: JsonValueKind.Array } list
            ? null
            : [.. list.EnumerateArray().Take(Most).Select(one => OneIn(one, input, model)).OfType<NewMemory>()];
    }

    private static NewMemory? OneIn(JsonElement one, ExtractionInput input, string model)
    {
        if (
            one.ValueKind != JsonValueKind.Object
            || TextIn(one, "text") is not { Length: >= Shortest and <= LongestOfAll } text
            || TextIn(one, "evidence") is not { Length: >= Shortest } evidence
            || KindOf(TextIn(one, "kind")) is not { } kind
            || !Plain(input.AllText).Contains(Plain(evidence), StringComparison.Ordinal)
        )
        {
            return null;
        }

        var reason =
            MemoryGuard.ReasonToHold(text)
            ?? MemoryGuard.ReasonToHold(evidence, isSummary: true)
            ?? (MemoryWords.Of(text).ShareIn(MemoryWords.Of(input.AllText)) < LeastShare ? SaysMore : null);
        var ofAgent = TextIn(one, "about") == "agent" ? input.AgentId : null;
        return New(input, kind, text, ImportanceIn(one), model, reason) with
        {
            Scope = ofAgent is null ? MemoryScope.Person : MemoryScope.Agent,
            AgentId = ofAgent,
            Replaces = NumbersIn(one, "replaces", input),
            MadeOf = NumbersIn(one, "made_of", input),
        };
    }

    private static NewMemory New(ExtractionInput input, MemoryKind kind, string text, double relevance, string model, string? reason) =>
        new(kind, text, input.SaidAt, relevance)
        {
            ConversationId = input.Conversation.Id,
            MessageId = input.MessageId,
            ExtractedBy = model.Length <= 255 ? model : model[..255],
            PromptVersion = ExtractionPrompt.VersionFor(input),
            HeldBecause = reason,
        };

    /// <summary>From 1 to 5, of which 3 is what a memory counts of which nothing is known.</summary>
    private static double ImportanceIn(JsonElement one) =>
        one.TryGetProperty("importance", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var value)
            ? 0.4 + (0.2 * Math.Clamp(value, 1, 5))
            : 1;

    private static MemoryKind? KindOf(string? kind) =>
        kind switch
        {
            "preference" => MemoryKind.Preference,
            "correction" => MemoryKind.Correction,
            "pattern" => MemoryKind.Pattern,
            _ => null,
        };

    private static string? TextIn(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? Unseen.TrimToNull(WholeText.Of(value.GetString()!))
            : null;

    private static IReadOnlyList<Guid> NumbersIn(JsonElement json, string name, ExtractionInput input) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ?
            [
                .. list.EnumerateArray()
                    .Select(one => one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out var number) ? number : 0)
                    .Where(number => number >= 1 && number <= input.Known.Count)
                    .Select(number => input.Known[number - 1].Id)
                    .Distinct()
                    .Take(MostNumbers),
            ]
            : [];

    /// <summary>In small letters with one blank between words: models put others.</summary>
    private static string Plain(string text) =>
        string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The first object in an answer with this member: models think aloud before it, and put it into a fence.</summary>
    private static JsonElement? JsonIn(string answer, string member)
    {
        var from = answer.LastIndexOf("</think>", StringComparison.Ordinal) is var end and >= 0 ? answer[(end + 8)..] : answer;
        for (var at = from.IndexOf('{', StringComparison.Ordinal); at >= 0 && at < 4_000; at = from.IndexOf('{', at + 1))
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(from[at..]));
            try
            {
                if (JsonElement.ParseValue(ref reader) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(member, out _))
                {
                    return json;
                }
            }
            catch (JsonException)
            {
                // It was a brace of a sentence.
            }
        }

        return null;
    }
}
