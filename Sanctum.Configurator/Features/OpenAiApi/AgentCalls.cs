using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>
/// Programs' calls of agents in the ledger of models' calls: under the agent's own model where the registry has it, so that its price is
/// known, else under the agent's name.
/// </summary>
internal sealed class AgentCalls(UsageLedger ledger, UsageLimits limits, TimeProvider clock)
{
    public const string OfLetta = "letta";

    /// <exception cref="LlmCallException">The caller's limit is reached.</exception>
    public async Task<AgentCall> BeginAsync(ChosenPartner partner, UsageContext context, CancellationToken cancel) =>
        await limits.CheckAsync(context.UserId, cancel) is { } reached
            ? throw new LlmCallException(
                LlmVerdict.LimitReached,
                reached,
                "Ask an administrator to raise the limit, or wait until the period is over."
            )
            : new(ConfigOf(partner), context with { AgentId = partner.AgentId }, clock);

    public Task EndAsync(AgentCall call) =>
        ledger.WriteAsync(new(call.Config, call.Context, call.Counts, call.First, call.Took, call.Outcome));

    /// <summary>Letta's names of models begin with the provider's.</summary>
    private static LlmConfig ConfigOf(ChosenPartner partner) =>
        partner.AgentModel?.Split('/', 2) is [{ Length: > 0 and <= LlmConfig.TypeLength } type, { Length: > 0 } model]
            ? new() { Type = type.ToLowerInvariant(), Model = Cut(model) }
            : new() { Type = OfLetta, Model = Cut(partner.Name) };

    private static string Cut(string name) =>
        name.Length <= LlmConfig.ModelLength ? name : Platform.WholeText.Of(name[..LlmConfig.ModelLength]);
}

/// <summary>One call of an agent as far as it has come.</summary>
internal sealed class AgentCall(LlmConfig config, UsageContext context, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();

    public LlmConfig Config => config;

    public UsageContext Context => context;

    public TimeSpan? First { get; private set; }

    public TimeSpan Took => clock.GetElapsedTime(_began);

    public string Outcome { get; set; } = MeteredChat.Cancelled;

    /// <summary>As Letta counted, or else as estimated; null before either.</summary>
    public UsageDetails? Used { get; private set; }

    public TokenCounts Counts { get; private set; } = TokenCounts.Unknown;

    public void Hear() => First ??= Took;

    public void Count(LettaUsage counted)
    {
        Used = new()
        {
            InputTokenCount = counted.Input ?? 0,
            OutputTokenCount = counted.Output ?? 0,
            TotalTokenCount = (counted.Input ?? 0) + (counted.Output ?? 0),
            CachedInputTokenCount = counted.CachedRead,
            ReasoningTokenCount = counted.Reasoning,
        };
        Counts = TokenCounts.Of(Used);
    }

    /// <summary>Where Letta has not counted: what was asked, and what came. What failed before the first word took nothing.</summary>
    public void Estimate(string asked, string answered)
    {
        if (Used is not null || (answered.Length == 0 && Outcome is not (MeteredChat.Ok or MeteredChat.Cancelled)))
        {
            return;
        }

        Counts = TokenEstimate.OfChat("", [new(ChatRole.User, asked)], null, [new TextContent(answered)]);
        Used = Counts.ToUsage(null);
    }
}
