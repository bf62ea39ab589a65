using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>Who wrote the messages of a batch: known people, or new ones.</summary>
internal sealed class IntakePeople(RegistryDbContext registry, DateTimeOffset now)
{
    public async Task AddAsync(IReadOnlyList<IntakeItem> items, CancellationToken cancel)
    {
        var ids = items.Select(item => item.Incoming.PlatformUserId).Distinct().ToList();
        var profiles = await registry
            .PlatformProfiles.AsNoTracking()
            .Where(p => ids.Contains(p.PlatformUserId))
            .ToDictionaryAsync(p => (p.Platform, p.PlatformUserId), cancel);
        var strangers = items
            .Where(item => profiles.GetValueOrDefault(item.Writer) is not { LettaUserId: not null })
            .DistinctBy(item => item.Writer)
            .ToDictionary(item => item.Writer, _ => new LettaUser { LastActive = now });
        registry.Reason = "the first message of a person";
        registry.LettaUsers.AddRange(strangers.Values);
        await registry.SaveChangesAsync(cancel);
        var added = strangers
            .Where(s => !profiles.ContainsKey(s.Key))
            .Select(s => new PlatformProfile
            {
                Platform = s.Key.Platform,
                PlatformUserId = s.Key.Id,
                LettaUserId = s.Value.Id,
            })
            .ToList();
        registry.PlatformProfiles.AddRange(added);
        await registry.SaveChangesAsync(cancel);
        added.ForEach(profile => profiles[(profile.Platform, profile.PlatformUserId)] = profile);
        foreach (var item in items)
        {
            item.Profile = profiles[item.Writer];
            item.PersonId = item.Profile.LettaUserId ?? strangers[item.Writer].Id;
        }

        await UpdateProfilesAsync(items, cancel);
    }

    /// <summary>
    /// Not as changes of the rows: that somebody wrote is no reason to send an operator away who has the person open.
    /// </summary>
    private async Task UpdateProfilesAsync(IReadOnlyList<IntakeItem> items, CancellationToken cancel)
    {
        var rows = new JsonRows(
            registry,
            ("profile", "int"),
            ("person", "int"),
            ("handle", "text"),
            ("shown", "text"),
            ("more", "text"),
            ("seen", "timestamptz")
        );
        var seen = items
            .GroupBy(item => item.Writer)
            .Select(writer => new
            {
                profile = writer.First().Profile!.Id,
                person = writer.First().PersonId,
                handle = WholeText.OrNull(writer.Last().Incoming.Username),
                shown = WholeText.OrNull(writer.Last().Incoming.DisplayName),
                more = writer.Last().Incoming.Metadata,
                seen = rows.Time(now),
            })
            .ToList();
        if (seen.Count == 0)
        {
            return;
        }

        var json = registry.Database.ProviderName!.Contains("Sqlite", StringComparison.Ordinal) ? "more" : "more::jsonb";
        await rows.ExecuteAsync(
            $"""
            UPDATE platform_profiles SET letta_user_id = person, username = COALESCE(handle, username), display_name = COALESCE(shown, display_name),
                metadata = COALESCE({json}, metadata), last_active = seen FROM given WHERE id = profile
            """,
            seen,
            cancel
        );
        await rows.ExecuteAsync("UPDATE letta_users SET last_active = seen FROM given WHERE id = person", seen, cancel);
    }

    public async Task RefuseInactiveAsync(IReadOnlyList<IntakeItem> items, CancellationToken cancel)
    {
        var ids = items.Select(item => item.PersonId).Distinct().ToList();
        var people = await registry
            .LettaUsers.Where(u => ids.Contains(u.Id))
            .Select(u => new
            {
                u.Id,
                Survivor = u.MergedInto ?? u.Id,
                IsActive = registry.LettaUsers.Where(s => s.Id == (u.MergedInto ?? u.Id)).Select(s => s.IsActive).First(),
            })
            .ToDictionaryAsync(u => u.Id, cancel);
        foreach (var item in items)
        {
            item.SurvivorId = people[item.PersonId].Survivor;
            if (!people[item.PersonId].IsActive)
            {
                item.Refuse(
                    "",
                    "This person is inactive, and their messages are refused. An operator can activate them on the page People."
                );
            }
        }
    }
}
