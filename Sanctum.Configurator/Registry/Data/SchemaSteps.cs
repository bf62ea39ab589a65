using Microsoft.EntityFrameworkCore.Migrations;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>Where the schema is.</summary>
/// <param name="Current">The newest migration that the registry has; null for none.</param>
/// <param name="Before">The one that a step back leads to; null where there is none.</param>
/// <param name="Losses">What that step would delete.</param>
public sealed record SchemaState(
    IReadOnlyList<MigrationState> Migrations,
    string? Current,
    string? Before,
    IReadOnlyList<SchemaLoss> Losses
)
{
    public int Pending => Migrations.Count(migration => !migration.IsApplied);

    /// <summary>The newest of the registry's that this version does not know; null where it knows all.</summary>
    public string? Newer => Migrations.LastOrDefault(migration => migration is { Database: "registry", IsKnown: false })?.Name;
}

/// <summary>
/// Takes the registry's schema one step forwards or back. A step back is for an older version of the console: until that one starts, or
/// <c>migrate up</c> is run, this version does not start, as it would take the step forwards again.
/// </summary>
public sealed class SchemaSteps
{
    private readonly RegistryMigrator _migrator;
    private readonly IServiceScopeFactory _scopes;

    internal SchemaSteps(RegistryMigrator migrator, IServiceScopeFactory scopes) => (_migrator, _scopes) = (migrator, scopes);

    public async Task<SchemaState> ReadAsync(CancellationToken cancel)
    {
        var all = await _migrator.StatusAsync(cancel);
        var registrys = all.Where(migration => migration is { Database: "registry", IsApplied: true }).ToList();
        var before = registrys.TrueForAll(m => m.IsKnown) && registrys.Count > 1 ? registrys[^2].Name : null;
        await using var scope = _scopes.CreateAsyncScope();
        await using var registry = Open(scope);
        return new(
            all,
            registrys.LastOrDefault()?.Name,
            before,
            before is null ? [] : await SchemaLosses.OfAsync(registry, [registrys[^1].Name], cancel)
        );
    }

    /// <summary>Applies the next migration, or all of them.</summary>
    /// <exception cref="StartRefusedException">The database refused it.</exception>
    public Task UpAsync(bool isOneStep, CancellationToken cancel) =>
        _migrator.OrSayWhyAsync(
            async () =>
            {
                var next = (await _migrator.StatusAsync(cancel)).FirstOrDefault(m => m is { Database: "registry", IsApplied: false })?.Name;
                await GoAsync(isOneStep ? next : null, mayLose: false, cancel);
            },
            cancel
        );

    /// <summary>Takes the newest migration back, after a backup.</summary>
    /// <param name="from">The migration that is to be taken back, with or without its number; null for whichever is the newest.</param>
    /// <param name="mayLose">Also where something is deleted by it.</param>
    /// <exception cref="InvalidOperationException">It would delete something, or there is no step back.</exception>
    /// <exception cref="StartRefusedException">The database refused it.</exception>
    public Task DownAsync(string? from, bool mayLose, CancellationToken cancel) =>
        _migrator.OrSayWhyAsync(() => GoBackAsync(from, mayLose, cancel), cancel);

    private async Task GoBackAsync(string? from, bool mayLose, CancellationToken cancel)
    {
        var state = await ReadAsync(cancel);
        if (from is not null && (state.Current is not { } current || !RegistryMigrator.IsNamed(current, from)))
        {
            throw new InvalidOperationException(
                $"Nothing was changed, because the registry is at {state.Current ?? "no migration"} and not at {from} any more."
            );
        }

        if (state.Newer is { } newer)
        {
            throw new InvalidOperationException(RegistryMigrator.RefusalOfNewer(newer));
        }

        if (state.Before is not { } target)
        {
            throw new InvalidOperationException(
                "Nothing was changed, because there is no migration before the first. To delete all tables run: migrate to 0 --lose-data"
            );
        }

        await GoAsync(target, mayLose, cancel);
    }

    /// <summary>Brings the registry to a migration, and remembers where it was left behind on purpose.</summary>
    /// <param name="name">With or without its number, in any case; "0" for none, null for the newest.</param>
    /// <param name="mayLose">Also where something is deleted by it.</param>
    /// <exception cref="InvalidOperationException">It would delete something, or there is no such migration.</exception>
    /// <exception cref="StartRefusedException">The database refused it.</exception>
    public Task ToAsync(string? name, bool mayLose, CancellationToken cancel) =>
        _migrator.OrSayWhyAsync(() => GoAsync(name, mayLose, cancel), cancel);

    private async Task GoAsync(string? name, bool mayLose, CancellationToken cancel)
    {
        await using var scope = _scopes.CreateAsyncScope();
        await using var registry = Open(scope);
        if (name is not null && await BackAsync(registry, name, cancel) is { Count: > 0 } back)
        {
            await RequireNoLossAsync(registry, name, back, mayLose, cancel);
            // Before the step: whoever is killed in its middle is not taken forwards again by the next start.
            await SchemaHold.SetAsync(registry, isHeld: true, cancel);
        }

        await _migrator.MigrateToAsync(name, cancel);
        var state = await _migrator.StatusAsync(cancel);
        var isBehind =
            state.Any(m => m is { Database: "registry", IsApplied: false })
            && state.Any(m => m is { Database: "registry", IsApplied: true });
        await SchemaHold.SetAsync(registry, isBehind, cancel);
    }

    /// <summary>The migrations that would be taken back, the newest first.</summary>
    private static async Task<IReadOnlyList<string>> BackAsync(RegistryDbContext registry, string name, CancellationToken cancel)
    {
        var target = RegistryMigrator.NameOf(registry, name);
        var known = registry.Database.GetMigrations().ToList();
        var applied = (await registry.Database.GetAppliedMigrationsAsync(cancel)).ToList();
        if (FormerMigrations.AreAllIn(registry, applied))
        {
            applied = [known[0]]; // As the migrator takes it.
        }

        // What this version does not know, and what is too old, the migrator refuses.
        return applied.Except(known).Any() ? [] : [.. known.Skip(known.IndexOf(target) + 1).Where(applied.Contains).Reverse()];
    }

    private static async Task RequireNoLossAsync(
        RegistryDbContext registry,
        string name,
        IReadOnlyList<string> back,
        bool mayLose,
        CancellationToken cancel
    )
    {
        if (!mayLose && await SchemaLosses.OfAsync(registry, back, cancel) is { Count: > 0 } losses)
        {
            var step =
                name == Migration.InitialDatabase ? "taking all back" : $"the step back to {RegistryMigrator.NameOf(registry, name)}";
            throw new InvalidOperationException(
                $"Nothing was changed, because {step} would delete {SchemaLoss.SentenceOf(losses)}. To delete that all the same, add --lose-data: the backup before the step keeps it."
            );
        }
    }

    private static RegistryDbContext Open(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();
}
