using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Makes people and profiles; whoever is here already by a profile is joined, and not made twice.</summary>
internal sealed class PeopleTransfer(
    RegistryDbContext registry,
    BrocaTarget target,
    BrocaSource source,
    BroughtBefore before,
    TableComparison ofPeople,
    TableComparison ofProfiles,
    Action<AsideRow> keepAside,
    CancellationToken cancel
)
{
    private const int Batch = 500;
    private const string ProfilesTable = "platform_profiles";

    private readonly Dictionary<long, int> _people = [];
    private readonly Dictionary<long, int> _profiles = [];
    private readonly Dictionary<long, string> _platforms = [];
    private Dictionary<(string, string), (int Id, int? Person)> _existing = [];
    private int _preview;

    public IdRanges Brought { get; } = new();

    /// <summary>Who somebody is here; null where they were erased.</summary>
    public int? PersonOf(long id) => _people.TryGetValue(id, out var known) ? known : null;

    public int? ProfileOf(long? id) => id is { } known && _profiles.TryGetValue(known, out var here) ? here : null;

    public string? PlatformOf(long? profile) => profile is { } known ? _platforms.GetValueOrDefault(known) : null;

    public async Task<PeopleTransfer> RunAsync()
    {
        var people = source.ReadPeople();
        var known = await KnownAsync();
        _existing = await ExistingAsync([
            .. people.Values.SelectMany(person => person.Profiles.Select(profile => profile.Platform)).Distinct(),
        ]);
        var writers = before.IsAny ? source.WritersOf(before.HasMessage) : [];
        foreach (var batch in people.Values.Chunk(Batch))
        {
            cancel.ThrowIfCancellationRequested();
            var made = new List<(SourcePerson Of, LettaUser User)>();
            foreach (var person in batch)
            {
                if (known.TryGetValue(target.KeyOf(source.UsersTable, person.Id), out var id))
                {
                    ofPeople.Report.Known++;
                    _people[person.Id] = id;
                }
                else if (Joined(person) is { } joined)
                {
                    Join(person, joined);
                }
                else if (before.HasUser(person.Id) || writers.Contains(person.Id))
                {
                    ofPeople.Report.Gone++;
                    ofProfiles.Report.Gone += person.Profiles.Count;
                }
                else
                {
                    ofPeople.Report.New++;
                    Brought.Add(person.Id);
                    made.Add((person, NewOf(person)));
                }
            }

            await MakeAsync(made);
            await MakeProfilesAsync(batch);
            await CompareAsync(batch);
        }

        return this;
    }

    private int? Joined(SourcePerson person) =>
        person
            .Profiles.Select(profile =>
                _existing.TryGetValue((profile.Platform, profile.PlatformUserId), out var here) ? here.Person : null
            )
            .FirstOrDefault(id => id is not null);

    private void Join(SourcePerson person, int here)
    {
        ofPeople.Report.Joined++;
        Brought.Add(person.Id);
        _people[person.Id] = here;
        if (person.HasOwn)
        {
            keepAside(
                new(
                    source.UsersTable,
                    $"{person.Id}",
                    person.Aside,
                    "The person was here already and stays as it is. This is what Broca knew of it."
                )
            );
        }
    }

    private LettaUser NewOf(SourcePerson person) =>
        new()
        {
            CreatedAt = person.CreatedAt ?? target.Now,
            LastActive = person.LastActive,
            AgentPreferences = person.Preferences,
            ConversationHistoryLimit = person.HistoryLimit,
            CustomInstructions = person.Instructions,
            IsActive = person.IsActive,
            LettaIdentityId = person.IdentityId,
            LettaBlockId = person.BlockId,
            ImportId = target.ImportId,
            SourceKey = target.KeyOf(source.UsersTable, person.Id),
        };

    private async Task MakeAsync(List<(SourcePerson Of, LettaUser User)> made)
    {
        if (!target.IsPreview)
        {
            registry.AddRange(made.Select(pair => pair.User));
            await registry.SaveChangesAsync(cancel);
            registry.ChangeTracker.Clear();
        }

        foreach (var (of, user) in made)
        {
            _people[of.Id] = target.IsPreview ? --_preview : user.Id;
        }
    }

    private async Task MakeProfilesAsync(IEnumerable<SourcePerson> batch)
    {
        var made = new List<(SourceProfile Of, PlatformProfile Profile)>();
        foreach (
            var (person, profile) in batch.Where(p => _people.ContainsKey(p.Id)).SelectMany(p => p.Profiles.Select(profile => (p, profile)))
        )
        {
            _platforms[profile.Id] = profile.Platform;
            if (_existing.TryGetValue((profile.Platform, profile.PlatformUserId), out var here))
            {
                Meet(person, profile, here);
                continue;
            }

            ofProfiles.Report.New++;
            made.Add(
                (
                    profile,
                    new()
                    {
                        LettaUserId = _people[person.Id],
                        Platform = profile.Platform,
                        PlatformUserId = profile.PlatformUserId,
                        Username = profile.Username,
                        DisplayName = profile.DisplayName,
                        Metadata = profile.Metadata,
                        CreatedAt = profile.CreatedAt ?? target.Now,
                        LastActive = profile.LastActive,
                        ImportId = target.ImportId,
                    }
                )
            );
        }

        if (!target.IsPreview)
        {
            registry.AddRange(made.Select(pair => pair.Profile));
            await registry.SaveChangesAsync(cancel);
            registry.ChangeTracker.Clear();
        }

        foreach (var (of, profile) in made)
        {
            _profiles[of.Id] = target.IsPreview ? --_preview : profile.Id;
        }
    }

    /// <summary>The profile is here already: as it was imported, or of somebody who was here before.</summary>
    private void Meet(SourcePerson person, SourceProfile profile, (int Id, int? Person) here)
    {
        _profiles[profile.Id] = here.Id;
        if (here.Person == _people[person.Id])
        {
            ofProfiles.Report.Known++;
            return;
        }

        ofProfiles.Report.Joined++;
        source.Findings.Add(BrocaOddity.ProfileOfAnother);
        keepAside(new(ProfilesTable, $"{profile.Id}", profile.Aside, "The profile belongs to somebody else here."));
    }

    private Task<Dictionary<string, int>> KnownAsync()
    {
        var prefix = $"{target.Source}:{source.UsersTable}:";
        return registry
            .LettaUsers.AsNoTracking()
            .Where(u => u.SourceKey != null && u.SourceKey.StartsWith(prefix))
            .ToDictionaryAsync(u => u.SourceKey!, u => u.Id, cancel);
    }

    private async Task<Dictionary<(string, string), (int, int?)>> ExistingAsync(IReadOnlyList<string> platforms) =>
        (
            await registry
                .PlatformProfiles.AsNoTracking()
                .Where(p => platforms.Contains(p.Platform))
                .Select(p => new
                {
                    p.Id,
                    p.Platform,
                    p.PlatformUserId,
                    Person = registry.LettaUsers.Any(u => u.Id == p.LettaUserId) ? p.LettaUserId : null, // Other programs may leave it hanging.
                })
                .ToListAsync(cancel)
        ).ToDictionary(p => (p.Platform, p.PlatformUserId), p => (p.Id, p.Person));

    /// <summary>Reads back what was written of them, and what is here of those that are known.</summary>
    private async Task CompareAsync(SourcePerson[] batch)
    {
        if (target.IsPreview)
        {
            return;
        }

        var keys = batch.Select(person => target.KeyOf(source.UsersTable, person.Id)).ToArray();
        var people = await registry
            .LettaUsers.AsNoTracking()
            .Where(u => EF.Parameter(keys).Contains(u.SourceKey))
            .ToDictionaryAsync(u => u.SourceKey!, cancel);
        var ids = batch.SelectMany(person => person.Profiles).Select(profile => ProfileOf(profile.Id)).OfType<int>().ToArray();
        var profiles = await registry
            .PlatformProfiles.AsNoTracking()
            .Where(p => EF.Parameter(ids).Contains(p.Id) && p.ImportId != null)
            .ToDictionaryAsync(p => p.Id, cancel);
        foreach (var (person, key) in batch.Zip(keys))
        {
            if (people.TryGetValue(key, out var here))
            {
                ofPeople.Compare("a person", PeopleColumns.There(person), PeopleColumns.Here(person, here));
            }

            foreach (var profile in person.Profiles.Where(p => ProfileOf(p.Id) is { } id && profiles.ContainsKey(id)))
            {
                ofProfiles.Compare(
                    "a profile",
                    PeopleColumns.There(profile, PersonOf(person.Id)),
                    PeopleColumns.Here(profile, profiles[ProfileOf(profile.Id)!.Value])
                );
            }
        }
    }
}
