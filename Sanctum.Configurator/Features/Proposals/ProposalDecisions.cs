using System.Security.Claims;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>
/// Approves and rejects proposals. What is approved is done as the agent's key, limited to what the one who approves may do as well, and
/// only where it would still do exactly what its difference says.
/// </summary>
public sealed partial class ProposalDecisions(
    IDbContextFactory<RegistryDbContext> registries,
    ProposalService proposals,
    ProposalNotices notices,
    ApiKeyService keys,
    InnerApi api,
    CurrentUser caller,
    ILogger<ProposalDecisions> log
)
{
    private const int LongestPlace = 255;

    public async Task<Outcome<ProposalView>> ApproveAsync(int id, CancellationToken cancel)
    {
        var (proposal, refusal) = await OpenAsync(id, cancel);
        if (proposal is null)
        {
            return refusal!;
        }

        if (proposal.KeyId is not { } key || await keys.PrincipalOfAsync(key, cancel) is not { } agent)
        {
            return await EndAsync(
                proposal,
                ProposalState.Failed,
                Said("The key that proposed it was revoked or has expired, or its owner is inactive. Nothing was changed."),
                cancel
            );
        }

        var acting = new InnerCaller(LimitTo(agent, caller.Permissions), ActorOf(agent));
        var call = CallOf(proposal);
        var tried = await api.SendAsync(call.Tried(), acting, cancel);
        if (tried.Status == StatusCodes.Status403Forbidden)
        {
            return Refuse("You don't have the permission for what it would do, so you can't approve it. Nothing was changed.");
        }

        if (tried.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return Refuse(tried.Sentence);
        }

        return !tried.IsDone
                ? await EndAsync(proposal, ProposalState.Failed, Said($"Nothing was changed. {tried.Sentence}", tried.Status), cancel)
            : !ProposalDifference.IsSame(JsonIn(proposal.Difference), tried.Body)
                ? await EndAsync(
                    proposal,
                    ProposalState.Failed,
                    Said("What it would change has changed since it was proposed, so it was not done. It has to be proposed again."),
                    cancel
                )
            : await ActAsync(proposal, call, acting, cancel);
    }

    /// <param name="why">The agent reads it.</param>
    public async Task<Outcome<ProposalView>> RejectAsync(int id, string? why, CancellationToken cancel)
    {
        if (why?.Length > RejectForm.Longest)
        {
            return Refuse($"The reason has at most {RejectForm.Longest} characters.");
        }

        var (proposal, refusal) = await OpenAsync(id, cancel);
        return proposal is null
            ? refusal!
            : await EndAsync(proposal, ProposalState.Rejected, string.IsNullOrWhiteSpace(why) ? null : Said(why.Trim()), cancel);
    }

    /// <summary>The proposal, where the caller can decide on it now; else why not.</summary>
    private async Task<(Proposal? Proposal, Outcome<ProposalView>? Refusal)> OpenAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ReadHistory))
        {
            return (null, Refuse("You don't have permission to decide on proposals."));
        }

        await proposals.ExpireAsync(cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Proposals.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel) is not { } proposal)
        {
            return (null, new Outcome<ProposalView>.NotFound());
        }

        return proposal.State != ProposalState.Pending ? (null, Refuse(AlreadyOf(proposal)))
            : proposal.KeyId is { } key && caller.Principal.ApiKeyId() == key ? (null, Refuse("A key can't decide on its own proposals."))
            : (proposal, null);
    }

    private static string AlreadyOf(Proposal proposal) =>
        proposal.State switch
        {
            ProposalState.Expired => "The proposal has expired. It has to be proposed again.",
            ProposalState.Rejected => $"{proposal.DecidedBy} has already rejected it.",
            _ => $"{proposal.DecidedBy} has already approved it.",
        };

    /// <summary>First it is decided, so that it is done once; then it is done.</summary>
    private async Task<Outcome<ProposalView>> ActAsync(Proposal proposal, InnerCall call, InnerCaller acting, CancellationToken cancel)
    {
        var approved = await EndAsync(proposal, ProposalState.Approved, null, cancel);
        if (approved is not Outcome<ProposalView>.Ok)
        {
            return approved;
        }

        // From here on it is done whether or not anybody waits for it.
        var answer = await api.SendAsync(call, acting, CancellationToken.None);
        LogDone(proposal.Id, answer.Status);
        await using var registry = await registries.CreateDbContextAsync(CancellationToken.None);
        var kept = await registry.Proposals.SingleAsync(p => p.Id == proposal.Id, CancellationToken.None);
        (kept.State, kept.Answer) = (answer.IsDone ? ProposalState.Approved : ProposalState.Failed, SaidOf(answer));
        await registry.SaveChangesAsync(CancellationToken.None);
        return await ViewAsync(proposal.Id, CancellationToken.None);
    }

    private async Task<Outcome<ProposalView>> EndAsync(Proposal proposal, ProposalState state, string? answer, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Proposals.SingleOrDefaultAsync(p => p.Id == proposal.Id, cancel) is not { } kept)
        {
            return new Outcome<ProposalView>.NotFound();
        }

        if (kept.State != ProposalState.Pending)
        {
            return Refuse(AlreadyOf(kept));
        }

        (kept.State, kept.Answer, kept.DecidedBy, kept.DecidedAt) = (state, answer, caller.Actor.Name, proposals.Now);
        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refuse("Somebody else has just decided on it.");
        }

        LogDecided(proposal.Id, state);
        await notices.CloseAsync(proposal.Id, CancellationToken.None);
        return await ViewAsync(proposal.Id, CancellationToken.None);
    }

    private async Task<Outcome<ProposalView>> ViewAsync(int id, CancellationToken cancel) =>
        await proposals.FindAsync(id, cancel) is { } view ? new Outcome<ProposalView>.Ok(view) : new Outcome<ProposalView>.NotFound();

    private InnerCall CallOf(Proposal proposal) =>
        new(proposal.Method, proposal.Path)
        {
            Body = JsonIn(proposals.BodyOf(proposal)),
            Version = int.TryParse(proposal.BaseVersion, CultureInfo.InvariantCulture, out var version) ? version : null,
        };

    private Actor ActorOf(ClaimsPrincipal agent)
    {
        var place = $"approved by {caller.Actor.Name}, {caller.Actor.Place}";
        return agent.ToActor(place.Length <= LongestPlace ? place : place[..LongestPlace]).ByMcp();
    }

    /// <summary>The agent's key, without the permissions that the other does not have.</summary>
    private static ClaimsPrincipal LimitTo(ClaimsPrincipal agent, IReadOnlySet<string> permissions) =>
        new(
            new ClaimsIdentity(
                agent.Claims.Where(claim => claim.Type != Permissions.Claim || permissions.Contains(claim.Value)),
                Schemes.ApiKey
            )
        );

    private static string SaidOf(InnerAnswer answer)
    {
        var said = new JsonObject { ["status"] = answer.Status };
        if (answer.IsDone && answer.Version is { } version)
        {
            said["version"] = version;
        }

        if (answer.IsDone && (answer.Body as JsonObject)?["id"] is JsonValue id)
        {
            said["id"] = id.DeepClone();
        }

        said["detail"] = answer.IsDone ? "It was done." : $"Nothing was changed. {answer.Sentence}";
        return said.ToJsonString();
    }

    private static string Said(string detail, int? status = null)
    {
        var said = new JsonObject { ["detail"] = detail };
        if (status is not null)
        {
            said["status"] = status;
        }

        return said.ToJsonString();
    }

    private static JsonNode? JsonIn(string? text) => text is null ? null : JsonNode.Parse(text);

    private static Outcome<ProposalView> Refuse(string sentence) => new Outcome<ProposalView>.Invalid("", sentence);

    [LoggerMessage(LogLevel.Information, "Proposal {Proposal} is now {State}")]
    private partial void LogDecided(int proposal, ProposalState state);

    [LoggerMessage(LogLevel.Information, "Proposal {Proposal} was carried out; the API answered with the status {Status}")]
    private partial void LogDone(int proposal, int status);
}
