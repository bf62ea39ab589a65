using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.McpServers.Pins;

/// <summary>Something in a definition that a person should look at before approving it.</summary>
/// <param name="Place">The member that it stands in, such as description.</param>
/// <param name="Reason">What is odd about it, in a few words.</param>
/// <param name="Text">The words themselves, with what is unseen in them; "" where there are none.</param>
public sealed record Suspicion(string Place, string Reason, string Text);

/// <summary>
/// Reads definitions for texts that speak to the model instead of describing a tool. It warns and decides nothing: everything is approved by
/// a person, and what is cunning enough is not found here.
/// </summary>
internal static partial class Suspicions
{
    private const int MostFound = 20;
    private const int Around = 40;
    private const int LongDescription = 4000;

    private static readonly IReadOnlyList<(Regex Pattern, string Reason)> Rules =
    [
        (Ignoring(), "tells the model to ignore its instructions"),
        (Hiding(), "tells the model to hide something from the user"),
        (Tagged(), "contains a tag that looks like part of a prompt"),
        (Files(), "names files that hold secrets"),
        (Sending(), "tells the model to send something somewhere"),
        (Secrets(), "asks for a secret"),
        (Before(), "tells the model when to call which tool"),
        (Role(), "speaks to the model about its role"),
        (Encoded(), "contains a long encoded text"),
    ];

    public static IReadOnlyList<Suspicion> Find(string definition)
    {
        var found = new List<Suspicion>();
        Walk(ToolDefinition.JsonText(definition), "", found);
        return found;
    }

    private static void Walk(JsonNode? node, string place, List<Suspicion> found)
    {
        if (found.Count >= MostFound)
        {
            return;
        }

        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    var inside = place.Length == 0 ? name : $"{place}/{name}";
                    Read(name, inside, isName: true, found);
                    Walk(value, inside, found);
                }

                break;
            case JsonArray items:
                foreach (var (at, item) in items.Index())
                {
                    Walk(item, $"{place}/{at}", found);
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                Read(text, place, isName: false, found);
                break;
        }
    }

    private static void Read(string text, string place, bool isName, List<Suspicion> found)
    {
        if (VisibleText.UnseenIn(text) is { Count: > 0 } unseen)
        {
            found.Add(new(place, $"contains {string.Join(", ", unseen)}", Excerpt(VisibleText.Of(text), 0, LongDescription)));
        }

        // What is hidden is read as it is meant.
        var meant = VisibleText.Of(text);
        if (!isName || text.Contains(' ', StringComparison.Ordinal))
        {
            foreach (var (pattern, reason) in Rules)
            {
                if (pattern.Match(meant) is { Success: true } match)
                {
                    found.Add(new(place, reason, Excerpt(meant, match.Index, match.Length)));
                }
            }
        }

        if (text.Length > LongDescription)
        {
            found.Add(new(place, $"is {text.Length} characters long", ""));
        }
    }

    private static string Excerpt(string text, int at, int length)
    {
        var from = Math.Max(0, at - Around);
        var to = Math.Min(text.Length, at + Math.Min(length, 200) + Around);
        return $"{(from > 0 ? "…" : "")}{text[from..to].ReplaceLineEndings(" ")}{(to < text.Length ? "…" : "")}";
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    [GeneratedRegex(
        @"\b(ignore|disregard|forget|override|bypass)\b.{0,30}\b(previous|prior|above|earlier|all|any|other|system|safety|your)\b.{0,30}\b(instruction|instructions|prompt|prompts|rule|rules|guideline|guidelines|message|messages)",
        Options
    )]
    private static partial Regex Ignoring();

    [GeneratedRegex(
        @"(do not|don't|never|without|avoid)\b.{0,30}\b(tell|telling|mention|mentioning|inform|informing|reveal|revealing|show|showing|notify|notifying|alert|alerting|disclose|disclosing)\b.{0,30}\b(user|human|person|operator|anyone|anybody|them)\b|\b(secretly|silently|covertly)\b",
        Options
    )]
    private static partial Regex Hiding();

    [GeneratedRegex(
        @"<\s*/?\s*(important|system|secret|instructions?|hidden|critical|assistant|prompt|tool_call|function_calls?|admin|override)\b[^>]{0,80}>|\[/?(INST|SYSTEM)\]|<\|[a-z_]{2,30}\|>",
        Options
    )]
    private static partial Regex Tagged();

    [GeneratedRegex(
        @"\.ssh\b|id_rsa|id_ed25519|\.aws/|/etc/(passwd|shadow)|\.env\b|\.netrc|\.npmrc|\.kube/config|mcp\.json|\.cursor/|claude_desktop_config|keychain|\.gnupg",
        Options
    )]
    private static partial Regex Files();

    [GeneratedRegex(
        @"\b(send|post|upload|forward|exfiltrate|transmit|append|include|attach|copy)\b.{0,60}\b(conversation|chat history|message history|chat log|system prompt|contents? of|credentials?|environment variables?|all (previous )?messages|https?://)",
        Options
    )]
    private static partial Regex Sending();

    [GeneratedRegex(
        @"\b(provide|pass|include|read|give|enter|supply|attach|send)\b.{0,40}\b(passwords?|private keys?|access tokens?|api[ _-]?keys?|secrets?|seed phrases?|credentials?)\b",
        Options
    )]
    private static partial Regex Secrets();

    [GeneratedRegex(
        @"\b(before|after|instead of|prior to)\b.{0,20}\b(using|calling|invoking|running|any|every|each|all|other)\b.{0,40}\b(tools?|functions?|requests?|messages?)\b|\b(always|must)\b.{0,20}\b(call|use|invoke|run)\b.{0,20}\bthis tool\b.{0,20}\b(first|before)",
        Options
    )]
    private static partial Regex Before();

    [GeneratedRegex(
        @"\byou (are|must|should|will|need to) (now |always |first |an? ){0,2}(act|pretend|assume|obey|comply|assistant|ai\b|model|follow)|\bas an ai\b|\bnew instructions\b|\bdeveloper mode\b|\bjailbreak",
        Options
    )]
    private static partial Regex Role();

    [GeneratedRegex(@"[A-Za-z0-9+/]{200,}={0,2}", Options)]
    private static partial Regex Encoded();
}
