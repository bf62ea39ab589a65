using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>
/// Builds what a model is given: who asks and how they like it, the design system, the guidelines, what was said last, and what is
/// remembered. What agents are given is built by <see cref="AgentPrompts"/>.
/// </summary>
internal sealed class PromptBuilder(
    MemorySettingsService settings,
    PromptMemories memories,
    DesignFiles designs,
    PreferencesService preferences,
    IOptions<ConversationOptions> options
)
{
    /// <summary>The title of the part with memories.</summary>
    public const string Remembered = "What is remembered";

    /// <param name="said">What was said so far, the oldest first, with the question at the end.</param>
    /// <param name="model">The model's id, by which tokens are counted.</param>
    public async Task<BuiltPrompt> BuildAsync(
        Conversation conversation,
        IReadOnlyList<SaidMessage> said,
        string model,
        CancellationToken cancel
    )
    {
        var limits = await settings.ReadAsync(cancel);
        var person = conversation.UserId is { } user ? await preferences.OfAsync(user, cancel) : null;
        var question = said.LastOrDefault(message => message.Role == ConversationMessage.User)?.Text;
        var design = await designs.ForPromptAsync(cancel);
        var recalled = person is { UsesMemory: false }
            ? new([], null)
            : await memories.ForAsync(conversation, question, limits, limits.MostRecalled, cancel);

        var system = new SystemPrompt(model);
        system.Add("How the person likes answers", person is null ? null : Likes(person));
        system.AddJson("Design tokens (tokens.json)", design.Tokens);
        system.AddJson("Components there are (catalog.json)", design.Catalog);
        system.Add("Guidelines", options.Value.Guidelines);
        system.Add("Summary of what was said before", said.LastOrDefault(message => message.IsSummary)?.Text);
        system.Add(Remembered, MemoryLines.InAPrompt(recalled.Memories));

        var spoken = said.Where(message => !message.IsSummary && !string.IsNullOrWhiteSpace(message.Text)).ToList();
        var (sent, tokens) = Fit(spoken, model, limits.ShortTermTokens);
        return new(
            system.Text,
            sent,
            new(
                system.Parts,
                PromptMemory.Of(recalled.Memories),
                recalled.Note,
                [.. sent.Select(message => message.Id)],
                spoken.Count - sent.Count
            ),
            system.Tokens + tokens,
            !TokenEstimate.Knows(model)
        );
    }

    /// <summary>From the newest upwards as many as there is room for; the newest always.</summary>
    internal static (IReadOnlyList<SaidMessage> Sent, int Tokens) Fit(IReadOnlyList<SaidMessage> said, string model, int room)
    {
        var (first, tokens) = (said.Count, 0);
        while (first > 0)
        {
            var next = TokenEstimate.OfMessage + TokenEstimate.Count(model, said[first - 1].Text);
            if (first < said.Count && tokens + next > room)
            {
                break;
            }

            tokens += next;
            first--;
        }

        return ([.. said.Skip(first)], tokens);
    }

    private static string? Likes(PreferencesOfPerson person)
    {
        List<string> lines = [];
        if (!string.IsNullOrWhiteSpace(person.PreferredStyle))
        {
            lines.Add($"Preferred style: {person.PreferredStyle}");
        }

        if (person.DarkMode is { } isDark)
        {
            lines.Add($"Dark mode: {(isDark ? "yes" : "no")}");
        }

        if (person.Settings is { Length: > 2 } settings)
        {
            lines.Add($"Settings: {settings}");
        }

        return lines.Count == 0 ? null : string.Join('\n', lines);
    }
}
