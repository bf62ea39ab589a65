using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>
/// Counts tokens where the provider does not, so that limits hold there too: by the model's own tokenizer where it is known, else by letters,
/// rather too many than too few.
/// </summary>
public static class TokenEstimate
{
    /// <summary>What a message takes beside its text.</summary>
    public const int OfMessage = 4;

    /// <summary>A longer text is not worth the time that a tokenizer takes.</summary>
    private const int LongestText = 100_000;

    private const int LettersOfToken = 4;

    private static readonly ConcurrentDictionary<string, Tokenizer?> Tokenizers = new(StringComparer.OrdinalIgnoreCase);

    public static TokenCounts OfChat(string model, IEnumerable<ChatMessage> asked, ChatOptions? options, IEnumerable<AIContent> answered) =>
        new(
            asked.Sum(message => OfMessage + OfContents(model, message.Contents)) + OfTools(model, options),
            0,
            0,
            OfContents(model, answered),
            0,
            null,
            IsEstimated: true
        );

    public static TokenCounts OfEmbedding(string model, string text) =>
        new(null, null, null, null, null, Of(model, text), IsEstimated: true);

    /// <summary>Tokens of a text.</summary>
    public static int Count(string model, string text) => (int)Math.Min(int.MaxValue, Of(model, text));

    /// <summary>Whether the model's own tokenizer is known: otherwise what is counted is estimated by letters.</summary>
    public static bool Knows(string model) => model.Length > 0 && Tokenizers.GetOrAdd(model, Find) is not null;

    /// <summary>An answer comes in pieces, which together are fewer tokens than each by itself.</summary>
    private static long OfContents(string model, IEnumerable<AIContent> contents) => Of(model, string.Concat(contents.Select(TextOf)));

    private static long OfTools(string model, ChatOptions? options) =>
        (options?.Tools ?? []).OfType<AIFunctionDeclaration>().Sum(tool => Of(model, $"{tool.Name} {tool.Description} {tool.JsonSchema}"));

    private static string TextOf(AIContent content) =>
        content switch
        {
            TextContent text => text.Text,
            TextReasoningContent thought => thought.Text,
            FunctionCallContent call => $"{call.Name} {JsonSerializer.Serialize(call.Arguments)}",
            FunctionResultContent result => $"{result.Result}",
            _ => "",
        };

    private static long Of(string model, string text) =>
        text.Length <= LongestText && model.Length > 0 && Tokenizers.GetOrAdd(model, Find) is { } tokenizer
            ? tokenizer.CountTokens(text)
            : ByLetters(text);

    /// <summary>Letters of other scripts are often a token each.</summary>
    private static long ByLetters(string text)
    {
        var others = text.Count(letter => !char.IsAscii(letter));
        return others + ((text.Length - others + LettersOfToken - 1) / LettersOfToken);
    }

    private static Tokenizer? Find(string model)
    {
        try
        {
            return TiktokenTokenizer.CreateForModel(model);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException or InvalidOperationException)
        {
            // A model that it does not know.
            return null;
        }
    }
}
