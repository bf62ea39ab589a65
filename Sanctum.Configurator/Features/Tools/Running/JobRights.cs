using System.Security.Claims;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Tools;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>
/// The one question of who may what where something runs an act of the console for somebody: a job, a tool. Whoever makes, changes or runs
/// one must have the act's own permission, whatever way it comes: by hand, by a template, by undoing, by a restore.
/// </summary>
public sealed class JobRights(
    IDbContextFactory<RegistryDbContext> registries,
    IEnumerable<IBuiltInTask> actions,
    ToolKinds kinds,
    CurrentUser caller,
    TimeProvider clock
)
{
    /// <summary>Whether the caller may do what a job does.</summary>
    /// <returns>Why not, in a sentence; null where he may.</returns>
    public async Task<string?> WhyNotAsync(ScheduledJob job, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await WhyNotAsync(await PolicyOfAsync(registry, job.ToolInstanceId, job.Action, cancel), job.Name);
    }

    /// <summary>Whether the caller may do what the jobs and tools do that are about to be written, and what they did before.</summary>
    /// <returns>Why not, in a sentence; null where he may.</returns>
    public async Task<string?> WhyNotAsync(RegistryDbContext staged, CancellationToken cancel)
    {
        staged.ChangeTracker.DetectChanges();
        foreach (var job in Written<ScheduledJob>(staged))
        {
            foreach (var values in StatesOf(job))
            {
                var policy = await PolicyOfAsync(
                    staged,
                    (int?)values[nameof(ScheduledJob.ToolInstanceId)],
                    (string?)values[nameof(ScheduledJob.Action)],
                    cancel
                );
                if (await WhyNotAsync(policy, job.Entity.Name) is { } why)
                {
                    return why;
                }
            }
        }

        foreach (var instance in Written<ToolInstance>(staged))
        {
            foreach (var values in StatesOf(instance))
            {
                if (await WhyNotAsync(kinds.PolicyOf((string?)values[nameof(ToolInstance.Config)]), instance.Entity.Name) is { } why)
                {
                    return why;
                }
            }
        }

        return null;
    }

    /// <summary>Who runs a job, with his rights of this moment.</summary>
    /// <param name="runsAs">As the job says it.</param>
    /// <param name="name">How the run is called where it acts.</param>
    public async Task<ClaimsPrincipal> RunnerAsync(string? runsAs, string name, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var granted = runsAs switch
        {
            Answerable.Console => Permissions.All,
            null => [Policies.ReadRegistry, Policies.OperateRegistry],
            _ when Answerable.UserIn(runsAs) is { } user => await OfUserAsync(registry, user, cancel),
            _ when Answerable.KeyIn(runsAs) is { } key => await OfKeyAsync(registry, key, cancel),
            _ => [],
        };
        return new(
            new ClaimsIdentity(
                [new(ClaimTypes.Name, name), .. granted.Select(permission => new Claim(Permissions.Claim, permission))],
                "job"
            )
        );
    }

    /// <summary>Why a run was not allowed what its job does, and what to do about it.</summary>
    public async Task<string> ExplainAsync(string? runsAs, string policy, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var who = runsAs switch
        {
            null => "Another program wrote this job, so no user is responsible for it",
            _ when Answerable.UserIn(runsAs) is { } id => await registry
                .Users.AsNoTracking()
                .SingleOrDefaultAsync(u => u.Id == id, cancel) switch
            {
                null => "The user who changed this job last was deleted",
                { IsActive: false } user => $"{user.UserName}, who changed this job last, is inactive",
                var user => $"{user.UserName}, who changed this job last, no longer has {policy}",
            },
            _ when Answerable.KeyIn(runsAs) is { } id => await registry.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == id, cancel)
                is { } key
                ? $"The API key {key.Name}, by which this job was changed last, has expired, or it or its owner no longer has {policy}"
                : "The API key by which this job was changed last was revoked",
            _ => "No user is responsible for this job",
        };
        return $"{who}. A user with {policy} must open and save the job, which then runs with that user's permissions.";
    }

    private static async Task<IReadOnlyCollection<string>> OfUserAsync(RegistryDbContext registry, int id, CancellationToken cancel) =>
        await registry.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id && u.IsActive, cancel) is { } user
            ? User.PermissionsOf(user.Role, user.Permissions)
            : [];

    private async Task<IReadOnlyCollection<string>> OfKeyAsync(RegistryDbContext registry, int id, CancellationToken cancel) =>
        await registry.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == id, cancel) is { } key
        && !(key.ExpiresAt <= clock.GetUtcNow())
            ? key.GrantedOf(await OfUserAsync(registry, key.UserId, cancel))
            : [];

    private static IEnumerable<EntityEntry<T>> Written<T>(RegistryDbContext registry)
        where T : class =>
        registry.ChangeTracker.Entries<T>().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted);

    private static IEnumerable<PropertyValues> StatesOf(EntityEntry entry)
    {
        if (entry.State != EntityState.Added)
        {
            yield return entry.OriginalValues;
        }

        if (entry.State != EntityState.Deleted)
        {
            yield return entry.CurrentValues;
        }
    }

    private async Task<string?> WhyNotAsync(string? policy, string name) =>
        policy is null || await caller.MayAsync(policy) ? null : $"{name} requires the permission {policy}, which you don't have.";

    /// <summary>What the act itself asks for; null where it is nothing that the console knows.</summary>
    private async Task<string?> PolicyOfAsync(RegistryDbContext registry, int? instance, string? action, CancellationToken cancel) =>
        instance is { } id
            ? kinds.PolicyOf(
                registry.ToolInstances.Local.FirstOrDefault(i => i.Id == id)?.Config
                    ?? await registry.ToolInstances.AsNoTracking().Where(i => i.Id == id).Select(i => i.Config).SingleOrDefaultAsync(cancel)
            ) ?? Policies.OperateRegistry
            : actions.FirstOrDefault(each => each.Name == action)?.Policy;
}
