using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>How much somebody may use.</summary>
public sealed class LimitForm : IValidatableObject
{
    /// <summary>Null for a new one.</summary>
    public int? Id { get; set; }

    [JsonIgnore]
    public int Version { get; set; }

    /// <summary>Whose; null for each user who has none of his own.</summary>
    public int? UserId { get; set; }

    public LlmPeriod Period { get; set; } = LlmPeriod.Month;

    [Range(1, 1_000_000_000_000, ErrorMessage = "The tokens are a number from 1 to 1,000,000,000,000.")]
    public long? MaxTokens { get; set; }

    /// <summary>US dollars.</summary>
    [Range(
        typeof(decimal),
        "0.000001",
        "1000000",
        ParseLimitsInInvariantCulture = true,
        ErrorMessage = "The cost is from 0.000001 to 1,000,000 dollars."
    )]
    public decimal? MaxDollars { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((MaxTokens, MaxDollars) is (null, null))
        {
            yield return new("Enter a number of tokens or a cost.", [nameof(MaxTokens)]);
        }
    }
}

/// <summary>A limit as it is listed.</summary>
/// <param name="User">Null for everybody's.</param>
/// <param name="UsedTokens">Of the period that runs; null for everybody's.</param>
public sealed record LimitRow(
    int Id,
    int? UserId,
    string? User,
    LlmPeriod Period,
    long? MaxTokens,
    decimal? MaxDollars,
    long? UsedTokens,
    long? UsedMicros,
    int Version
) : IHasVersion
{
    public LimitForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            UserId = UserId,
            Period = Period,
            MaxTokens = MaxTokens,
            MaxDollars = MaxDollars,
        };
}

/// <summary>Keeps the limits of users.</summary>
public sealed class LimitService
{
    private const decimal Micros = 1_000_000m;
    private const string MayNot = "You don't have permission to change limits.";

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly UsageLimits _limits;
    private readonly CurrentUser _caller;
    private readonly TimeProvider _clock;

    internal LimitService(IDbContextFactory<RegistryDbContext> registries, UsageLimits limits, CurrentUser caller, TimeProvider clock) =>
        (_registries, _limits, _caller, _clock) = (registries, limits, caller, clock);

    /// <summary>Everybody's first. Without the permission to manage users, everybody's and one's own.</summary>
    public async Task<IReadOnlyList<LimitRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var (mayAll, me) = (await _caller.MayAsync(Policies.ManageUsers), _caller.Id);
        var limits = await registry
            .LlmLimits.AsNoTracking()
            .Where(l => mayAll || l.UserId == null || l.UserId == me)
            .OrderBy(l => l.UserId == null ? 0 : 1)
            .ThenBy(l => l.UserId)
            .ThenBy(l => l.Period)
            .ToListAsync(cancel);
        List<LimitRow> rows = [];
        foreach (var limit in limits)
        {
            rows.Add(await RowOfAsync(registry, limit, cancel));
        }

        return rows;
    }

    /// <summary>What the caller has used of his own limits.</summary>
    public Task<IReadOnlyList<LimitState>> MineAsync(CancellationToken cancel) =>
        _caller.Id is { } me ? _limits.ReadAsync(me, cancel) : Task.FromResult<IReadOnlyList<LimitState>>([]);

    /// <summary>Whom a limit can be for; nobody for who may not manage users.</summary>
    public async Task<IReadOnlyList<(int Id, string Name)>> UsersAsync(CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.ManageUsers))
        {
            return [];
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var users = await registry.Users.OrderBy(u => u.UserName).Select(u => new { u.Id, u.UserName }).ToListAsync(cancel);
        return [.. users.Select(u => (u.Id, u.UserName ?? ""))];
    }

    public async Task<Outcome<LimitRow>> SaveAsync(LimitForm form, bool dryRun, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.ManageUsers))
        {
            return new Outcome<LimitRow>.Invalid("", MayNot);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var limit = form.Id is { } id
            ? await registry.LlmLimits.SingleOrDefaultAsync(l => l.Id == id, cancel)
            : new() { UserId = form.UserId, CreatedAt = _clock.GetUtcNow() };
        if (limit is null)
        {
            return new Outcome<LimitRow>.NotFound();
        }

        if (form.Id is not null && limit.Version != form.Version)
        {
            return new Outcome<LimitRow>.Conflict(await RowOfAsync(registry, limit, cancel));
        }

        if (await RulesOfAsync(registry, form, limit, cancel) is { Count: > 0 } reasons)
        {
            return new Outcome<LimitRow>.Invalid(reasons);
        }

        (limit.Period, limit.MaxTokens, limit.MaxCostMicros) = (
            form.Period,
            form.MaxTokens,
            form.MaxDollars is { } dollars ? (long)Math.Round(dollars * Micros) : null
        );
        if (form.Id is null)
        {
            registry.Add(limit);
        }

        await registry.SaveChangesAsync(cancel);
        var row = await RowOfAsync(registry, limit, cancel);
        if (!dryRun)
        {
            await registry.CommitWritingAsync(cancel);
        }

        return new Outcome<LimitRow>.Ok(dryRun && form.Id is null ? row with { Id = 0 } : row);
    }

    public async Task<Outcome<LimitRow>> DeleteAsync(int id, int? version, bool dryRun, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.ManageUsers))
        {
            return new Outcome<LimitRow>.Invalid("", MayNot);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        if (await registry.LlmLimits.SingleOrDefaultAsync(l => l.Id == id, cancel) is not { } limit)
        {
            return new Outcome<LimitRow>.NotFound();
        }

        var row = await RowOfAsync(registry, limit, cancel);
        if (version is { } read && read != limit.Version)
        {
            return new Outcome<LimitRow>.Conflict(row);
        }

        if (!dryRun)
        {
            registry.Remove(limit);
            await registry.SaveChangesAsync(cancel);
        }

        return new Outcome<LimitRow>.Ok(row);
    }

    private static async Task<Dictionary<string, string>> RulesOfAsync(
        RegistryDbContext registry,
        LimitForm form,
        LlmLimit limit,
        CancellationToken cancel
    )
    {
        var reasons = FormRules.Check(form);
        if (form.Id is not null && form.UserId != limit.UserId)
        {
            reasons.TryAdd(nameof(form.UserId), "Whose limit it is can't be changed. Add another limit.");
        }
        else if (form.UserId is { } user && !await registry.Users.AnyAsync(u => u.Id == user, cancel))
        {
            reasons.TryAdd(nameof(form.UserId), $"Unknown user {user}.");
        }
        else if (await registry.LlmLimits.AnyAsync(l => l.Id != limit.Id && l.UserId == form.UserId && l.Period == form.Period, cancel))
        {
            reasons.TryAdd(nameof(form.Period), "There is such a limit already. Change that one.");
        }

        return reasons;
    }

    private async Task<LimitRow> RowOfAsync(RegistryDbContext registry, LlmLimit limit, CancellationToken cancel)
    {
        var name = limit.UserId is { } id
            ? await registry.Users.Where(u => u.Id == id).Select(u => u.UserName).SingleOrDefaultAsync(cancel)
            : null;
        var state = limit.UserId is { } user
            ? (await _limits.ReadAsync(user, cancel)).FirstOrDefault(one => one.Period == limit.Period)
            : null;
        return new(
            limit.Id,
            limit.UserId,
            name,
            limit.Period,
            limit.MaxTokens,
            limit.MaxCostMicros / Micros,
            state?.Tokens,
            state?.CostMicros,
            limit.Version
        );
    }
}
