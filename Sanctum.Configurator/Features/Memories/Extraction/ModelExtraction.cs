using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>Has a model read: the one of the settings, else the one that answered, else the one in force.</summary>
internal sealed class ModelExtraction(IDbContextFactory<RegistryDbContext> registries, SavedModels models)
{
    /// <summary>Characters of an answer, thoughts included; what goes on after these is no list of memories.</summary>
    private const int MostCharacters = 60_000;

    /// <returns>What it found; null where it did not answer in the form that was asked for.</returns>
    /// <exception cref="LlmCallException">It could not be asked.</exception>
    public async Task<IReadOnlyList<NewMemory>?> ReadAsync(ExtractionInput input, CancellationToken cancel)
    {
        int? user = int.TryParse(input.UserId, CultureInfo.InvariantCulture, out var number) ? number : null;
        var links = await LinksAsync(input, user, cancel);
        using var chat = models.Open(links, new(user, input.Conversation.Id.ToString()));
        var hasSchema = links.Count > 0 && links.All(link => link.Config.HasStructuredOutput);
        string answer;
        string? by;
        try
        {
            (answer, by) = await AskAsync(chat, input, hasSchema, cancel);
        }
        catch (LlmCallException e) when (hasSchema && e.Verdict is LlmVerdict.Refused or LlmVerdict.Empty)
        {
            (answer, by) = await AskAsync(chat, input, hasSchema: false, cancel);
        }

        return ModelAnswer.Read(answer, input, by ?? links[0].Name);
    }

    private static async Task<(string Answer, string? By)> AskAsync(
        IChatClient chat,
        ExtractionInput input,
        bool hasSchema,
        CancellationToken cancel
    )
    {
        List<ChatMessage> messages = [new(ChatRole.System, ExtractionPrompt.For(input)), new(ChatRole.User, ExtractionPrompt.Quote(input))];
        var options = hasSchema
            ? new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(ExtractionPrompt.SchemaFor(input), "memories") }
            : null;
        var answer = new StringBuilder();
        string? by = null;
        await foreach (var part in chat.GetStreamingResponseAsync(messages, options, cancel))
        {
            by ??= part.AdditionalProperties?[FallbackChat.AnsweredBy] as string;
            answer.Append(part.Text);
            if (answer.Length > MostCharacters)
            {
                break;
            }
        }

        return (answer.ToString(), by);
    }

    private async Task<IReadOnlyList<LlmLink>> LinksAsync(ExtractionInput input, int? user, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        foreach (var id in new[] { input.Settings.ExtractionConfigId, input.Conversation.ConfigId })
        {
            var config = await registry
                .LlmConfigs.AsNoTracking()
                .SingleOrDefaultAsync(
                    c => c.Id == id && c.IsEnabled && c.Purpose == LlmPurpose.Chat && (c.UserId == null || c.UserId == user),
                    cancel
                );
            if (config is not null)
            {
                return [await models.LinkAsync(config, cancel)];
            }
        }

        return await models.ChainAsync(user, cancel);
    }
}
