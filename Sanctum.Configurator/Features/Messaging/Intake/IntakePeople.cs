using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>Who wrote the messages of a batch: known people, or new ones.</summary>
internal sealed class IntakePeople(RegistryDbContext registry, DateTimeOffset now)
{
    public async Task AddAsync(IReadOnlyList<IntakeItem> items, CancellationToken cancel)
    {
        var strangers = items
            .Where(item => item.Fact.PersonId is null)
            .DistinctBy(item => item.Writer)
            .ToDictionary(item => item.Writer, item => (item.Fact.ProfileId, Person: new LettaUser { LastActive = now }));
        var added = strangers.Count > 0 ? await AddStrangersAsync(strangers, cancel) : [];
        foreach (var item in items)
        {
            item.ProfileId = item.Fact.ProfileId ?? added[item.Writer].Id;
            item.PersonId = item.Fact.PersonId ?? strangers[item.Writer].Person.Id;
            item.SurvivorId = item.Fact.SurvivorId ?? item.PersonId;
        }

        await UpdateProfilesAsync(items, cancel);
        foreach (var item in items.Where(item => item.Fact.IsActive == false))
        {
            item.Refuse("", "This person is inactive, and their messages are refused. An operator can activate them on the page People.");
        }
    }

    /// <returns>The profiles that are new: another program may have left one without a person.</returns>
    private async Task<Dictionary<(string Platform, string Id), PlatformProfile>> AddStrangersAsync(
        Dictionary<(string Platform, string Id), (int? ProfileId, LettaUser Person)> strangers,
        CancellationToken cancel
    )
    {
        registry.Reason = "the first message of a person";
        registry.LettaUsers.AddRange(strangers.Values.Select(stranger => stranger.Person));
        await registry.SaveChangesAsync(cancel);
        var added = strangers
            .Where(s => s.Value.ProfileId is null)
            .ToDictionary(
                s => s.Key,
                s => new PlatformProfile
                {
                    Platform = s.Key.Platform,
                    PlatformUserId = s.Key.Id,
                    LettaUserId = s.Value.Person.Id,
                }
            );
        registry.PlatformProfiles.AddRange(added.Values);
        await registry.SaveChangesAsync(cancel);
        return added;
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
                profile = writer.First().ProfileId,
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

        var json = registry.IsSqlite ? "more" : "more::jsonb";
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
}
