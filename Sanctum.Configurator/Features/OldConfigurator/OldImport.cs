using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>Says what an old file would change, and takes it over as one change. Whom it serves is decided before.</summary>
internal sealed partial class OldImport(
    IDbContextFactory<RegistryDbContext> registries,
    EffectiveSettings effective,
    SecretBox secrets,
    TimeProvider clock,
    ILogger<OldImport> log
)
{
    private const string Reason = "import from the old configurator";

    /// <param name="granted">What the importer may do himself: nobody gives more than he has.</param>
    public async Task<OldPreview> PreviewAsync(OldContent content, IReadOnlySet<string> granted, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var here = await LookAsync(registry, content, await registry.SystemConfig.AsNoTracking().SingleAsync(cancel), granted, cancel);
        return OldPlan.Of(content, here);
    }

    /// <summary>Takes the chosen rows, all or none.</summary>
    /// <param name="selection">Null for everything that can be taken.</param>
    /// <param name="seen">What the chooser saw; where a chosen row has changed since, nothing is written. Null: it is judged as it is
    /// now.</param>
    public async Task<Outcome<OldPreview>> ApplyAsync(
        OldContent content,
        OldSelection? selection,
        OldPreview? seen,
        IReadOnlySet<string> granted,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = Reason;

        // Nobody else writes until the commit, so what is judged here still holds when it is written.
        await registry.BeginWritingAsync(cancel);
        var live = await registry.SystemConfig.SingleAsync(cancel);
        var here = await LookAsync(registry, content, live, granted, cancel);
        var plan = OldPlan.Of(content, here);
        selection ??= plan.Takeable;
        var settings = plan
            .Settings.Where(row => row.Verdict == OldVerdict.Take && selection.Settings.Contains(row.Key, StringComparer.OrdinalIgnoreCase))
            .ToList();
        var users = plan
            .Users.Where(row => row.Verdict == OldVerdict.Take && selection.Users.Contains(row.UserName, StringComparer.OrdinalIgnoreCase))
            .ToList();
        if (Missed(selection, settings, users) is { } missed)
        {
            return seen is null
                ? new Outcome<OldPreview>.Invalid("selection", $"{missed} can't be imported. Run a dry run to see why.")
                : new Outcome<OldPreview>.Conflict(plan);
        }

        if (seen is not null && !settings.All(seen.Settings.Contains))
        {
            return new Outcome<OldPreview>.Conflict(plan);
        }

        if (OldPlan.Conflicts(settings, here) is { Count: > 0 } conflicts)
        {
            return new Outcome<OldPreview>.Invalid(conflicts);
        }

        Take(settings, live);
        if (SecretMoves.Find(registry) is { } move)
        {
            return new Outcome<OldPreview>.Invalid("selection", move);
        }

        registry.AddRange(users.Select(NewUser));
        try
        {
            await registry.SaveChangesAsync(cancel);
            await registry.CommitWritingAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Outcome<OldPreview>.Conflict(plan);
        }

        LogImported(settings.Count, users.Count);
        return new Outcome<OldPreview>.Ok(new(settings, users, IsApplied: true));
    }

    private static string? Missed(OldSelection selection, List<OldSettingRow> settings, List<OldUserRow> users) =>
        selection
            .Settings.Except(settings.Select(s => s.Key), StringComparer.OrdinalIgnoreCase)
            .Concat(selection.Users.Except(users.Select(u => u.UserName), StringComparer.OrdinalIgnoreCase))
            .FirstOrDefault();

    private async Task<OldSurroundings> LookAsync(
        RegistryDbContext registry,
        OldContent content,
        SystemConfig live,
        IReadOnlySet<string> granted,
        CancellationToken cancel
    )
    {
        var names = content.Users.Select(user => User.KeyOf(user.UserName)).Distinct().ToList();
        var known = await registry
            .Users.Where(u => names.Contains(u.NormalizedUserName!))
            .Select(u => u.NormalizedUserName!)
            .ToListAsync(cancel);
        return new(
            effective.Of(live),
            Setting.All.ToDictionary(s => s.Column, s => s.IsSecret ? TryOpen(s, live) : s.Read(live)),
            Setting.All.ToDictionary(s => s.Column, s => s.Read(live)),
            known.ToHashSet(),
            granted
        );
    }

    private string? TryOpen(Setting setting, SystemConfig live)
    {
        try
        {
            return secrets.Open(setting.Read(live), EffectiveSettings.PlaceOf(setting));
        }
        catch (SecretUnreadableException)
        {
            // The old file's takes its place where it is chosen.
            return null;
        }
    }

    private void Take(List<OldSettingRow> rows, SystemConfig live)
    {
        foreach (var row in rows)
        {
            var setting = Setting.Find(row.Column!)!;
            setting.Write(live, setting.IsSecret ? secrets.Seal(row.Value, EffectiveSettings.PlaceOf(setting)) : row.Value);
        }
    }

    private User NewUser(OldUserRow row)
    {
        var user = new User
        {
            CreatedAt = clock.GetUtcNow(),
            Role = row.Role,
            IsActive = row.IsActive,
        };
        user.CallThem(row.UserName, null, row.Email);
        user.TakeExtraPermissions([.. row.Permissions]);
        user.EndSessions();
        user.PasswordHash = row.Source!.PasswordHash;
        user.LastLogin = row.Source.LastLogin <= clock.GetUtcNow() ? row.Source.LastLogin : null;
        return user;
    }

    [LoggerMessage(LogLevel.Information, "{Settings} settings and {Users} users were imported from the old configurator")]
    private partial void LogImported(int settings, int users);
}
