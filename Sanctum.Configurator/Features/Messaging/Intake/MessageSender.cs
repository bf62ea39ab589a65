using Sanctum.Configurator.Features.Messaging.Incoming;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>Takes messages of programs: each caller has idempotency keys of its own.</summary>
internal sealed class MessageSender(IDbContextFactory<RegistryDbContext> registries, MessageIntake intake, CurrentUser caller)
{
    private const string MayNot = "You don't have permission to send messages. It requires messages:send.";

    public async Task<Outcome<AcceptedMessage>> SendAsync(MessageForm form, string? key, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.SendMessages))
        {
            return new Outcome<AcceptedMessage>.Invalid("", MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<AcceptedMessage>.Invalid(reasons);
        }

        if (await AgentAsync(form.Agent!, cancel) is not { } agent)
        {
            return new Outcome<AcceptedMessage>.Invalid(nameof(form.Agent), "Unknown agent. GET /api/agents lists ids and names.");
        }

        return await intake.AcceptAsync(
            new()
            {
                Platform = form.Platform!.Trim(),
                PlatformUserId = form.PlatformUserId!.Trim(),
                Username = Unseen.TrimToNull(form.Username),
                DisplayName = Unseen.TrimToNull(form.DisplayName),
                Text = form.Text!,
                AgentId = agent,
                Chat = form.Chat,
                ExternalId = form.ExternalId,
                Metadata = form.Metadata?.ToJsonString(),
                IdempotencyKey = string.IsNullOrWhiteSpace(key) ? null : $"{CallerKey()}:{key.Trim()}",
                Attachments = form.Attachments ?? [],
            },
            cancel
        );
    }

    private string CallerKey() => caller.Principal.ApiKeyId() is { } key ? $"key {key}" : $"user {caller.Id}";

    private async Task<int?> AgentAsync(JsonNode agent, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return agent.GetValueKind() switch
        {
            JsonValueKind.Number when agent.AsValue().TryGetValue<int>(out var id) => await registry
                .Agents.Where(a => a.Id == id)
                .Select(a => (int?)a.Id)
                .SingleOrDefaultAsync(cancel),
            JsonValueKind.String when agent.GetValue<string>() is var name => await registry
                .Agents.Where(a => a.Name == name)
                .OrderBy(a => a.Id)
                .Select(a => (int?)a.Id)
                .FirstOrDefaultAsync(cancel),
            _ => null,
        };
    }
}
