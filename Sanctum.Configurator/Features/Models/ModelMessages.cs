using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Models;

/// <summary>A message to a model.</summary>
public sealed class ModelMessageForm
{
    [Required(ErrorMessage = "Enter a message.")]
    [TextLimit(Lengths.Long)]
    public string Text { get; set; } = "";

    /// <summary>What the model is told before; null for nothing.</summary>
    [TextLimit(Lengths.Long)]
    public string? System { get; set; }
}

/// <summary>What a model answered.</summary>
/// <param name="Model">The one that answered, which may be one of the fallback order.</param>
public sealed record ModelAnswer(string Text, string Model, TokenCounts Tokens);

/// <summary>Sends a message to the model in force for the caller, or to one that he names, by the way that everything takes.</summary>
public sealed class ModelMessages
{
    private const string Conversation = "message";

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly SavedModels _saved;
    private readonly ModelReader _reader;
    private readonly CurrentUser _caller;

    internal ModelMessages(IDbContextFactory<RegistryDbContext> registries, SavedModels saved, ModelReader reader, CurrentUser caller) =>
        (_registries, _saved, _reader, _caller) = (registries, saved, reader, caller);

    /// <param name="id">Null for the model in force, with those of the fallback order behind it.</param>
    /// <param name="said">Told of each piece of the answer as it comes.</param>
    public async Task<Outcome<ModelAnswer>> SendAsync(int? id, ModelMessageForm form, IProgress<string> said, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<ModelAnswer>.Invalid("", "You don't have permission to use models.");
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<ModelAnswer>.Invalid(reasons);
        }

        if (id is { } named && await _reader.FindAsync(named, cancel) is null)
        {
            return new Outcome<ModelAnswer>.NotFound();
        }

        try
        {
            return new Outcome<ModelAnswer>.Ok(await AskAsync(await LinksAsync(id, cancel), form, said, cancel));
        }
        catch (LlmCallException e)
        {
            return new Outcome<ModelAnswer>.Invalid("", $"{e.Message} {e.Hint}");
        }
    }

    private async Task<ModelAnswer> AskAsync(
        IReadOnlyList<LlmLink> links,
        ModelMessageForm form,
        IProgress<string> said,
        CancellationToken cancel
    )
    {
        using var chat = _saved.Open(links, new UsageContext(_caller.Id, Conversation));
        List<ChatMessage> messages = [new(ChatRole.User, form.Text)];
        if (!string.IsNullOrWhiteSpace(form.System))
        {
            messages.Insert(0, new(ChatRole.System, form.System));
        }

        List<ChatResponseUpdate> parts = [];
        await foreach (var part in chat.GetStreamingResponseAsync(messages, cancellationToken: cancel))
        {
            parts.Add(part);
            if (part.Text is { Length: > 0 } text)
            {
                said.Report(text);
            }
        }

        var answer = parts.ToChatResponse();
        var model = parts
            .Select(part => part.AdditionalProperties?[FallbackChat.AnsweredBy] as string)
            .FirstOrDefault(name => name is not null);
        return new(answer.Text, model ?? "", TokenCounts.Of(answer.Usage));
    }

    private async Task<IReadOnlyList<LlmLink>> LinksAsync(int? id, CancellationToken cancel)
    {
        if (id is null)
        {
            return await _saved.ChainAsync(_caller.Id, cancel);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return [await _saved.LinkAsync(await registry.LlmConfigs.AsNoTracking().SingleAsync(c => c.Id == id, cancel), cancel)];
    }
}
