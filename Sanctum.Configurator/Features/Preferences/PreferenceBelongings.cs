using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Registry.Preferences;

namespace Sanctum.Configurator.Features.Preferences;

/// <summary>How a user likes answers, and the console: one row at most.</summary>
internal sealed class PreferenceBelongings(Signal<PreferencesChanged> changes, TimeProvider clock) : IUserBelongings
{
    public async Task<IReadOnlyList<string>> CountAsync(RegistryDbContext registry, string owner, CancellationToken cancel) =>
        await registry.UserPreferences.AnyAsync(p => p.UserId == owner, cancel) ? ["preferences"] : [];

    public async Task<IReadOnlyList<LeftBelongings>> LeftAsync(
        RegistryDbContext registry,
        IReadOnlyList<string> users,
        CancellationToken cancel
    ) =>
        await registry
            .UserPreferences.Where(p => !users.Contains(p.UserId))
            .Select(p => new LeftBelongings(p.UserId, BelongingKind.Preferences, 1, p.UpdatedAt))
            .ToListAsync(cancel);

    /// <summary>Who has preferences keeps those, and the others stay.</summary>
    public async Task GiveAsync(RegistryDbContext registry, string owner, string next, CancellationToken cancel)
    {
        if (
            await registry.UserPreferences.AnyAsync(p => p.UserId == next, cancel)
            || await registry.UserPreferences.SingleOrDefaultAsync(p => p.UserId == owner, cancel) is not { } row
        )
        {
            return;
        }

        // The history tells of it as of any other: the one goes, and another comes.
        registry.Remove(row);
        await registry.SaveChangesAsync(cancel);
        var now = clock.GetUtcNow();
        var given = registry
            .Add(
                new UserPreferences
                {
                    Id = Guid.CreateVersion7(now),
                    UserId = next,
                    PreferredStyle = row.PreferredStyle,
                    DarkMode = row.DarkMode,
                    Settings = row.Settings,
                    UsesMemory = row.UsesMemory,
                    CreatedAt = row.CreatedAt,
                    UpdatedAt = now,
                }
            )
            .Entity;
        await registry.SaveChangesAsync(cancel);
        if (given.PreferredStyle != row.PreferredStyle || given.DarkMode != row.DarkMode)
        {
            // What is null in a new row became the database's default, which is for other programs.
            (given.PreferredStyle, given.DarkMode) = (row.PreferredStyle, row.DarkMode);
            await registry.SaveChangesAsync(cancel);
        }
    }

    public async Task DeleteAsync(RegistryDbContext registry, string owner, CancellationToken cancel)
    {
        if (await registry.UserPreferences.SingleOrDefaultAsync(p => p.UserId == owner, cancel) is { } row)
        {
            registry.Remove(row);
        }
    }

    public void Tell(string owner) => changes.Publish(new(owner));

    public async Task WriteAsync(RegistryDbContext registry, string owner, Utf8JsonWriter json, CancellationToken cancel)
    {
        if (await registry.UserPreferences.AsNoTracking().SingleOrDefaultAsync(p => p.UserId == owner, cancel) is not { } row)
        {
            return;
        }

        var settings = JsonText.FindObject(row.Settings) ?? [];
        json.WritePropertyName("preferences");
        json.WriteRawValue(
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    row.PreferredStyle,
                    row.DarkMode,
                    Settings = settings,
                    row.UsesMemory,
                },
                ApiJson.Options
            )
        );
    }
}
