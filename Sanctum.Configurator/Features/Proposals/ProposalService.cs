using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>Takes proposals of agents, after trying them, and lists them.</summary>
public sealed partial class ProposalService(
    IDbContextFactory<RegistryDbContext> registries,
    InnerApi api,
    ProposalNotices notices,
    SecretBox secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<ProposalService> log
)
{
    /// <summary>For so long somebody may decide.</summary>
    public static readonly TimeSpan Lives = TimeSpan.FromDays(7);

    /// <summary>For so long the same is not proposed again after it was rejected.</summary>
    internal static readonly TimeSpan StaysRejected = TimeSpan.FromHours(24);

    /// <summary>An agent in a loop fills no list: so many of a key may wait, and so many may come in a day.</summary>
    internal const int MostWaiting = 20,
        MostADay = 100;

    private const int LongestReason = 2000;
    private const int LongestPath = 1000;
    private const int Newest = 20;

    /// <summary>
    /// Tries the change as the agent, and keeps it with its difference until a person decides. The same again is the same proposal.
    /// </summary>
    /// <param name="agent">The agent's key. What it may not do can't be proposed either.</param>
    public async Task<Outcome<ProposalView>> ProposeAsync(WantedChange wanted, InnerCaller agent, CancellationToken cancel)
    {
        if (agent.Principal.ApiKeyId() is not { } key)
        {
            return Refuse("Only an API key can propose.");
        }

        if (wanted.Reason.Trim() is not { Length: > 0 and <= LongestReason } reason)
        {
            return Refuse($"reason: Say why, in at most {LongestReason} characters. The person who decides reads it.");
        }

        if (wanted.Call.Address.Length > LongestPath)
        {
            return Refuse("The arguments are too long to be proposed.");
        }

        if (await AgainAsync(key, wanted.Call, cancel) is { } again)
        {
            return again;
        }

        var call = wanted.Call with
        {
            Version = wanted.Call.Version ?? (wanted.TakesVersion ? await VersionOfAsync(wanted.Call, agent, cancel) : null),
        };
        var tried = await api.SendAsync(call.Tried(), agent, cancel);
        if (!tried.IsDone)
        {
            return Refuse($"It was tried and refused: {tried.Sentence}");
        }

        return ProposalDifference.IsEmpty(tried.Body)
            ? Refuse("It would change nothing.")
            : new Outcome<ProposalView>.Ok(await KeepAsync(wanted with { Call = call, Reason = reason }, agent, key, tried.Body, cancel));
    }

    /// <summary>The newest first. Says of those whose time is over that it is.</summary>
    public async Task<PageOf<ProposalRow>> PageAsync(ProposalFilter filter, PageRequest page, CancellationToken cancel)
    {
        await ExpireAsync(cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = registry.Proposals.AsNoTracking();
        found = filter.State is { } state ? found.Where(p => p.State == state) : found;
        found = filter.KeyId is { } key ? found.Where(p => p.KeyId == key) : found;
        var total = await found.CountAsync(cancel);
        var rows = await found.OrderByDescending(p => p.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        var names = await OwnersAsync(registry, rows, cancel);
        return new([.. rows.Select(row => RowOf(row, names))], total);
    }

    /// <summary>How many wait for a decision.</summary>
    public async Task<int> WaitingAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        return await registry.Proposals.CountAsync(p => p.State == ProposalState.Pending && p.ExpiresAt > now, cancel);
    }

    public async Task<ProposalView?> FindAsync(int id, CancellationToken cancel)
    {
        await ExpireAsync(cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Proposals.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel) is { } proposal
            ? ViewOf(proposal, await OwnersAsync(registry, [proposal], cancel))
            : null;
    }

    /// <summary>One of the calling key's own.</summary>
    public async Task<ProposalView?> OfKeyAsync(int id, CancellationToken cancel) =>
        caller.Principal.ApiKeyId() is { } key && await FindAsync(id, cancel) is { } view && view.Proposal.KeyId == key ? view : null;

    /// <summary>The newest of the calling key's own.</summary>
    public async Task<IReadOnlyList<ProposalRow>> OfKeyAsync(CancellationToken cancel) =>
        caller.Principal.ApiKeyId() is { } key ? (await PageAsync(new(KeyId: key), new(0, Newest), cancel)).Items : [];

    /// <summary>What nobody decided in time is over.</summary>
    internal async Task ExpireAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var late = await registry.Proposals.Where(p => p.State == ProposalState.Pending && p.ExpiresAt <= now).ToListAsync(cancel);
        if (late.Count == 0)
        {
            return;
        }

        late.ForEach(proposal => proposal.State = ProposalState.Expired);
        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return; // Somebody else is at it.
        }

        foreach (var proposal in late)
        {
            await notices.CloseAsync(proposal.Id, cancel);
        }
    }

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal string? BodyOf(Proposal proposal) => secrets.Open(proposal.Body, PlaceOf(proposal));

    internal static ProposalRow RowOf(Proposal p, IReadOnlyDictionary<int, string> owners) =>
        new(
            p.Id,
            p.Title,
            p.Reason,
            p.KeyName,
            p.KeyId,
            p.UserId is { } user ? owners.GetValueOrDefault(user) : null,
            p.Method,
            p.Path,
            p.State,
            p.CreatedAt,
            p.ExpiresAt,
            p.DecidedBy,
            p.DecidedAt,
            p.Version
        );

    internal static ProposalView ViewOf(Proposal p, IReadOnlyDictionary<int, string> owners) =>
        new(RowOf(p, owners), JsonIn(p.Difference), p.BaseVersion, JsonIn(p.Answer));

    private static JsonNode? JsonIn(string? text) => text is null ? null : JsonNode.Parse(text);

    private static async Task<Dictionary<int, string>> OwnersAsync(
        RegistryDbContext registry,
        IEnumerable<Proposal> proposals,
        CancellationToken cancel
    )
    {
        var ids = proposals.Select(p => p.UserId).OfType<int>().Distinct().ToList();
        return await registry.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.UserName ?? "", cancel);
    }

    private static Outcome<ProposalView> Refuse(string sentence) => new Outcome<ProposalView>.Invalid("", sentence);

    private static SecretPlace PlaceOf(Proposal proposal) => new("proposals", "body", proposal.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>What is to be answered where the key has proposed the same, or too much; null where it is new.</summary>
    private async Task<Outcome<ProposalView>?> AgainAsync(int key, InnerCall call, CancellationToken cancel)
    {
        await ExpireAsync(cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var since = now - StaysRejected;
        var before = await registry
            .Proposals.AsNoTracking()
            .Where(p => p.KeyId == key && (p.State == ProposalState.Pending || p.CreatedAt > since))
            .OrderByDescending(p => p.Id)
            .Take(MostWaiting + MostADay)
            .ToListAsync(cancel);
        var body = call.Body?.ToJsonString();
        var same = before.Find(p =>
            p.State is ProposalState.Pending or ProposalState.Rejected
            && p.Method == call.Method
            && p.Path == call.Address
            && BodyOf(p) == body
        );
        if (same is { State: ProposalState.Pending })
        {
            return new Outcome<ProposalView>.Ok(ViewOf(same, await OwnersAsync(registry, [same], cancel)));
        }

        return same is not null
                ? Refuse(
                    $"{same.DecidedBy} rejected the same as proposal {same.Id}{(ViewOf(same, NoNames).Said is { } why ? $": {why}" : ".")} Don't propose it again; propose something else, or ask."
                )
            : before.Count(p => p.State == ProposalState.Pending) >= MostWaiting
                ? Refuse(
                    $"{MostWaiting} proposals of this key wait for a decision. Wait until a person has decided, and ask for their state meanwhile."
                )
            : before.Count(p => p.CreatedAt > now - TimeSpan.FromDays(1)) >= MostADay
                ? Refuse($"This key has made {MostADay} proposals in a day. Go on tomorrow.")
            : null;
    }

    private static readonly Dictionary<int, string> NoNames = [];

    /// <summary>The version of what stands at the address now, where something does.</summary>
    private async Task<int?> VersionOfAsync(InnerCall call, InnerCaller agent, CancellationToken cancel) =>
        await api.SendAsync(new(HttpMethods.Get, call.Address.Split('?')[0]), agent, cancel) is { IsDone: true, Version: { } version }
            ? version
            : null;

    private async Task<ProposalView> KeepAsync(
        WantedChange wanted,
        InnerCaller agent,
        int key,
        JsonNode? difference,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        var proposal = new Proposal
        {
            KeyId = key,
            KeyName = agent.Principal.FindFirst(PersonClaims.Key)?.Value ?? "",
            UserId = agent.Principal.UserId(),
            Title = wanted.Title,
            Reason = wanted.Reason,
            Method = wanted.Call.Method,
            Path = wanted.Call.Address,
            Difference = difference?.ToJsonString(),
            BaseVersion = wanted.Call.Version?.ToString(CultureInfo.InvariantCulture),
            State = ProposalState.Pending,
            CreatedAt = now,
            ExpiresAt = now + Lives,
        };
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        registry.Add(proposal);
        await registry.SaveChangesAsync(cancel);
        if (wanted.Call.Body is { } body)
        {
            // Sealed to the row's id, which it has only when it is written.
            proposal.Body = secrets.Seal(body.ToJsonString(), PlaceOf(proposal));
            await registry.SaveChangesAsync(cancel);
        }

        await registry.CommitWritingAsync(cancel);
        LogProposed(proposal.Id, wanted.Title, key);
        await notices.OpenAsync(proposal, wanted.Does, cancel);
        return ViewOf(proposal, await OwnersAsync(registry, [proposal], cancel));
    }

    [LoggerMessage(LogLevel.Information, "Proposal {Proposal}, {Operation}, was made by the API key {KeyId}")]
    private partial void LogProposed(int proposal, string operation, int keyId);
}
