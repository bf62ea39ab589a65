using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Reads people: each once, with what belongs to those who were merged into them.</summary>
public sealed class PeopleReader(IDbContextFactory<RegistryDbContext> registries)
{
    /// <summary>Characters of what a platform knows of somebody that are shown; all of it is in the export.</summary>
    public const int MostMetadata = 20_000;

    private static readonly Sorts<Listed> Sorts = new Sorts<Listed>(PersonQueries.List, p => p.Id)
        .By("name", p => p.Name)
        .By("last_active", p => p.LastActive)
        .By("messages", p => p.Messages)
        .By("id", p => p.Id);

    /// <summary>Some of the people. The search finds names, user names and ids of platforms.</summary>
    public async Task<PageOf<PersonRow>> PageAsync(PersonFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var people = Of(registry, filter);
        if (page.Search?.Trim() is { Length: > 0 } text)
        {
            people = Named(registry, people, text);
        }

        var found = await Sorts.ReadAsync(Listing(registry, people, page.Sort == "messages"), page, cancel);
        return found.As(await RowsAsync(registry, [.. found.Items.Select(p => p.Id)], cancel));
    }

    /// <summary>These people, in this order; those that are gone are left out.</summary>
    public async Task<IReadOnlyList<PersonRow>> RowsAsync(IReadOnlyList<int> ids, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await RowsAsync(registry, ids, cancel);
    }

    /// <summary>The platforms on which anybody is known.</summary>
    public async Task<IReadOnlyList<string>> PlatformsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.PlatformProfiles.Select(p => p.Platform).Distinct().OrderBy(p => p).ToListAsync(cancel);
    }

    public async Task<PersonView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.LettaUsers.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancel) is { } person
            ? await ViewAsync(registry, person, cancel)
            : null;
    }

    /// <summary>A person as they are set beside another one; null where they are gone.</summary>
    internal async Task<PersonSides?> SidesAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.LettaUsers.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancel) is { } person
            ? new(id, (await PersonNames.ReadAsync(registry, [id], cancel))[id].Name, person)
            : null;
    }

    internal static async Task<PersonView> ViewAsync(RegistryDbContext registry, LettaUser person, CancellationToken cancel)
    {
        var merged = await registry.LettaUsers.AsNoTracking().Where(u => u.MergedInto == person.Id).OrderBy(u => u.Id).ToListAsync(cancel);
        List<int> same = [person.Id, .. merged.Select(u => u.Id)];
        var profiles = await ProfilesAsync(registry, same, cancel);
        var names = await PersonNames.ReadAsync(registry, [person.Id], cancel);
        return new()
        {
            Id = person.Id,
            Name = names[person.Id].Name,
            DisplayName = person.DisplayName,
            MergedInto = person.MergedInto,
            CreatedAt = person.CreatedAt,
            LastActive = merged.Select(u => u.LastActive).Append(person.LastActive).Max(),
            AgentPreferences = JsonText.Parse(person.AgentPreferences).Node,
            ConversationHistoryLimit = person.ConversationHistoryLimit,
            CustomInstructions = person.CustomInstructions,
            IsActive = person.IsActive,
            HoldReason = person.HoldReason,
            LettaIdentityId = person.LettaIdentityId,
            LettaBlockId = person.LettaBlockId,
            UserId = person.UserId,
            User = await registry.Users.Where(u => u.Id == person.UserId).Select(u => u.UserName).SingleOrDefaultAsync(cancel),
            Messages = await registry.Messages.CountAsync(m => m.LettaUserId != null && same.Contains(m.LettaUserId.Value), cancel),
            Open = await registry.Queue.Open().CountAsync(e => e.LettaUserId != null && same.Contains(e.LettaUserId.Value), cancel),
            Profiles = profiles,
            Merged = await MergedAsync(registry, person.Id, merged, cancel),
            Version = person.Version,
        };
    }

    private static async Task<IReadOnlyList<ProfileRow>> ProfilesAsync(
        RegistryDbContext registry,
        IReadOnlyList<int> people,
        CancellationToken cancel
    )
    {
        var profiles =
            from p in registry.PlatformProfiles.AsNoTracking()
            where p.LettaUserId != null && people.Contains(p.LettaUserId.Value)
            join length in MetadataLength.Of(registry) on p.Id equals length.Id
            orderby p.Id
            select new
            {
                p.Id,
                PersonId = p.LettaUserId!.Value,
                p.Platform,
                p.PlatformUserId,
                p.Username,
                p.DisplayName,
                p.CreatedAt,
                p.LastActive,
                length.Length,
                Metadata = length.Length <= MostMetadata ? p.Metadata : null,
            };
        return
        [
            .. (await profiles.ToListAsync(cancel)).Select(p => new ProfileRow(
                p.Id,
                p.PersonId,
                p.Platform,
                p.PlatformUserId,
                p.Username,
                p.DisplayName,
                JsonText.Parse(p.Metadata).Node,
                p.Length,
                p.CreatedAt,
                p.LastActive
            )),
        ];
    }

    private static async Task<IReadOnlyList<MergedRow>> MergedAsync(
        RegistryDbContext registry,
        int survivor,
        IReadOnlyList<LettaUser> merged,
        CancellationToken cancel
    )
    {
        var merges = await registry
            .PersonMerges.AsNoTracking()
            .Where(m => m.UndoneAt == null && m.SurvivorId == survivor)
            .OrderBy(m => m.Id)
            .ToListAsync(cancel);
        var own = (
            await registry
                .PlatformProfiles.AsNoTracking()
                .Where(p => p.LettaUserId != null && registry.LettaUsers.Any(u => u.Id == p.LettaUserId && u.MergedInto == survivor))
                .OrderBy(p => p.Id)
                .Select(p => new
                {
                    p.LettaUserId,
                    p.DisplayName,
                    p.Username,
                    p.PlatformUserId,
                })
                .ToListAsync(cancel)
        ).ToLookup(p => p.LettaUserId!.Value, p => PersonNames.Of(p.DisplayName, p.Username, p.PlatformUserId));
        return
        [
            .. merged.Select(u =>
            {
                var merge = merges.LastOrDefault(m => m.MergedId == u.Id);
                return new MergedRow(
                    u.Id,
                    PersonNames.Of([u.DisplayName, .. own[u.Id]]) ?? PersonNames.Unnamed(u.Id),
                    merge?.Id,
                    merge?.MergedBy,
                    merge?.MergedAt,
                    merge is not null && merge.Id == merges[^1].Id
                );
            }),
        ];
    }

    /// <summary>Survivors only.</summary>
    private static IQueryable<LettaUser> Of(RegistryDbContext registry, PersonFilter filter)
    {
        var people = registry.LettaUsers.AsNoTracking().Where(u => u.MergedInto == null);
        if (filter.IsActive is { } isActive)
        {
            people = people.Where(u => u.IsActive == isActive);
        }

        if (filter.IsOnHold is { } isOnHold)
        {
            people = people.Where(u => u.HoldReason != null == isOnHold);
        }

        if (filter.Platform is { Length: > 0 } platform)
        {
            people = Standing(people, Of(registry, registry.PlatformProfiles.Where(p => p.Platform == platform)));
        }

        if (filter.AgentId is { } agent)
        {
            people = Standing(
                people,
                registry.LettaUsers.Where(u => registry.Messages.Any(m => m.LettaUserId == u.Id && m.AgentId == agent))
            );
        }

        return people;
    }

    /// <summary>Those whose own row is among these, or that of somebody who was merged into them: found once, and not for each.</summary>
    private static IQueryable<LettaUser> Standing(IQueryable<LettaUser> people, IQueryable<LettaUser> found)
    {
        var standing = found.Select(u => u.MergedInto ?? u.Id);
        return people.Where(u => standing.Contains(u.Id));
    }

    private static IQueryable<LettaUser> Of(RegistryDbContext registry, IQueryable<PlatformProfile> profiles)
    {
        var ids = profiles.Select(p => p.LettaUserId);
        return registry.LettaUsers.Where(u => ids.Contains(u.Id));
    }

    private static IQueryable<LettaUser> Named(RegistryDbContext registry, IQueryable<LettaUser> people, string text)
    {
        // Upper case on both sides: the two databases disagree on what LIKE ignores. SQLite's own upper case is that of ASCII.
        var (upper, ascii) = (text.ToUpperInvariant(), AsciiUpper(text));
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
        var named = registry.PlatformProfiles.Where(p =>
            (p.DisplayName ?? "").ToUpper().Contains(upper)
            || (p.DisplayName ?? "").ToUpper().Contains(ascii)
            || (p.Username ?? "").ToUpper().Contains(upper)
            || (p.Username ?? "").ToUpper().Contains(ascii)
            || p.PlatformUserId.ToUpper().Contains(upper)
            || p.PlatformUserId.ToUpper().Contains(ascii)
        );
        var ids = named.Select(p => p.LettaUserId);
        return Standing(
            people,
            registry.LettaUsers.Where(u =>
                (u.DisplayName ?? "").ToUpper().Contains(upper) || (u.DisplayName ?? "").ToUpper().Contains(ascii) || ids.Contains(u.Id)
            )
        );
#pragma warning restore CA1304, CA1311, CA1862
    }

    private static string AsciiUpper(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c));

    /// <param name="withMessages">Counts everybody's messages, which only an order by them needs.</param>
    private static IQueryable<Listed> Listing(RegistryDbContext registry, IQueryable<LettaUser> people, bool withMessages) =>
        withMessages
            ? people.Select(u => new Listed
            {
                Id = u.Id,
                Messages =
                    registry.Messages.Count(m => m.LettaUserId == u.Id)
                    + registry
                        .LettaUsers.Where(o => o.MergedInto == u.Id)
                        .SelectMany(o => registry.Messages.Where(m => m.LettaUserId == o.Id))
                        .Count(),
            })
            : people.Select(u => new Listed
            {
                Id = u.Id,
                Name =
                    u.DisplayName
                    ?? registry
                        .PlatformProfiles.Where(p => p.LettaUserId == u.Id)
                        .OrderBy(p => p.Id)
                        .Select(p => p.DisplayName ?? p.Username ?? p.PlatformUserId)
                        .FirstOrDefault()
                    ?? "",
                LastActive = u.LastActive ?? u.CreatedAt,
            });

    private static async Task<IReadOnlyList<PersonRow>> RowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<int> ids,
        CancellationToken cancel
    )
    {
        var people = await registry
            .LettaUsers.AsNoTracking()
            .Where(u => ids.Contains(u.Id) || (u.MergedInto != null && ids.Contains(u.MergedInto.Value)))
            .ToListAsync(cancel);
        var same = people.ToLookup(u => u.MergedInto ?? u.Id);
        var all = people.Select(u => u.Id).ToList();
        var names = await PersonNames.ReadAsync(registry, ids, cancel);
        var platforms = (
            await registry
                .PlatformProfiles.AsNoTracking()
                .Where(p => p.LettaUserId != null && all.Contains(p.LettaUserId.Value))
                .OrderBy(p => p.Id)
                .Select(p => new { PersonId = p.LettaUserId!.Value, p.Platform })
                .ToListAsync(cancel)
        ).ToLookup(p => p.PersonId, p => p.Platform);
        var messages = await CountAsync(
            registry.Messages.Where(m => m.LettaUserId != null && all.Contains(m.LettaUserId.Value)).Select(m => m.LettaUserId!.Value),
            cancel
        );
        var open = await CountAsync(
            registry.Queue.Open().Where(e => e.LettaUserId != null && all.Contains(e.LettaUserId.Value)).Select(e => e.LettaUserId!.Value),
            cancel
        );
        return
        [
            .. ids.Select(id => (Id: id, Same: same[id].ToList()))
                .Where(person => person.Same.Exists(u => u.Id == person.Id))
                .Select(person =>
                {
                    var survivor = person.Same.Single(u => u.Id == person.Id);
                    return new PersonRow(
                        person.Id,
                        names[person.Id].Name,
                        [.. person.Same.SelectMany(u => platforms[u.Id]).Distinct()],
                        person.Same.Max(u => u.LastActive),
                        person.Same.Sum(u => messages.GetValueOrDefault(u.Id)),
                        person.Same.Sum(u => open.GetValueOrDefault(u.Id)),
                        survivor.IsActive,
                        survivor.HoldReason is not null,
                        person.Same.Count - 1
                    );
                }),
        ];
    }

    private static Task<Dictionary<int, int>> CountAsync(IQueryable<int> people, CancellationToken cancel) =>
        people.GroupBy(id => id).Select(same => new { same.Key, Count = same.Count() }).ToDictionaryAsync(p => p.Key, p => p.Count, cancel);

    /// <summary>What people are put in order by.</summary>
    private sealed class Listed
    {
        public int Id { get; init; }
        public string Name { get; init; } = "";

        /// <summary>Whoever never was, since they were known.</summary>
        public DateTimeOffset LastActive { get; init; }
        public int Messages { get; init; }
    }
}
