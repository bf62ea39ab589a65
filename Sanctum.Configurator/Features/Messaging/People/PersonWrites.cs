using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>The one way in which a person is changed: permission, version and rules are looked at while nobody else writes.</summary>
public sealed partial class PersonWrites(
    IDbContextFactory<RegistryDbContext> registries,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<PersonWrites> log
)
{
    internal const string MayNot = "You don't have permission to change people.";

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal string Who => caller.Actor.Name;

    internal Task<RegistryDbContext> OpenAsync(CancellationToken cancel) => registries.CreateDbContextAsync(cancel);

    /// <summary>Null where the caller may.</summary>
    internal async Task<Outcome<T>.Invalid?> RefuseAsync<T>(string policy = Policies.ManageMessages) =>
        await caller.MayAsync(policy) ? null : new Outcome<T>.Invalid("", MayNot);

    /// <summary>Changes a person, and whatever else belongs to that.</summary>
    /// <param name="version">Null where the newest version is meant, whichever it is.</param>
    /// <param name="change">Changes rows, or refuses.</param>
    internal async Task<Outcome<PersonView>> WriteAsync(
        int id,
        int? version,
        Func<RegistryDbContext, LettaUser, Task<Outcome<PersonView>.Invalid?>> change,
        CancellationToken cancel
    )
    {
        if (await RefuseAsync<PersonView>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await OpenAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.LettaUsers.SingleOrDefaultAsync(u => u.Id == id, cancel) is not { } person)
        {
            return new Outcome<PersonView>.NotFound();
        }

        if (version is { } read && person.Version != read)
        {
            return new Outcome<PersonView>.Conflict(await PeopleReader.ViewAsync(registry, person, cancel));
        }

        if (await change(registry, person) is { } refused)
        {
            return refused;
        }

        await SaveAsync(registry, cancel);
        var view = await PeopleReader.ViewAsync(registry, person, cancel);
        await registry.CommitWritingAsync(cancel);
        LogWritten(id, person.Version);
        return new Outcome<PersonView>.Ok(view);
    }

    /// <summary>
    /// The history has nothing personal, and so knows nothing of a change of that alone: it is told that there was one, and the version rises as
    /// with any other.
    /// </summary>
    private async Task SaveAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var silent = registry
            .ChangeTracker.Entries<LettaUser>()
            .Where(entry => entry.State == EntityState.Modified && !entry.Properties.Any(p => p.IsModified && p.Metadata.IsInHistory()))
            .ToList();
        foreach (var entry in silent)
        {
            entry.Entity.Version = entry.Property(u => u.Version).OriginalValue + 1;
            entry.Entity.UpdatedAt = Now;
        }

        await registry.SaveChangesAsync(cancel);
        foreach (var entry in silent)
        {
            await registry.RecordAsync("update", Tables.LettaUsers, $"{entry.Entity.Id}", """{"personal":"changed"}""", cancel);
        }
    }

    [LoggerMessage(LogLevel.Information, "Person {PersonId} is written as version {Version}")]
    private partial void LogWritten(int personId, int version);
}
