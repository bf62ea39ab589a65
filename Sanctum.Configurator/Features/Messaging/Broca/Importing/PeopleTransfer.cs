using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Makes people and profiles; whoever is here already by a profile is joined, and not made twice.</summary>
internal sealed class PeopleTransfer(
    RegistryDbContext registry,
    BrocaTarget target,
    BrocaSource source,
    BroughtBefore before,
    Action<AsideRow> keepAside,
    CancellationToken cancel
)
{
    private const int Batch = 500;
    private const string Users = "users";
    private const string ProfilesTable = "platform_profiles";

    private readonly CanonicalText _there = new();
    private readonly CanonicalText _here = new();
    private readonly CanonicalText _profilesThere = new();
    private readonly CanonicalText _profilesHere = new();
    private readonly Dictionary<long, int> _people = [];
    private readonly Dictionary<long, int> _profiles = [];
    private readonly BrocaTableReport _report = new(source.UsersTable);
    private readonly BrocaTableReport _ofProfiles = new(ProfilesTable);
    private Dictionary<(string, string), (int Id, int? Person)> _existing = [];
    private int _preview;

    public IdRanges Brought { get; } = new();

    /// <summary>Who somebody is here; null where they were erased.</summary>
    public int? PersonOf(long id) => _people.TryGetValue(id, out var known) ? known : null;

    public int? ProfileOf(long? id) => id is { } known && _profiles.TryGetValue(known, out var here) ? here : null;

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
                    _report.Known++;
                    _people[person.Id] = id;
                }
                else if (Joined(person) is { } joined)
                {
                    Join(person, joined);
                }
                else if (before.HasUser(person.Id) || writers.Contains(person.Id))
                {
                    _report.Gone++;
                    _ofProfiles.Gone += person.Profiles.Count;
                }
                else
                {
                    _report.New++;
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

    /// <summary>In the first schema a user is the profile as well.</summary>
    public IEnumerable<BrocaTableReport> End()
    {
        foreach (var (report, there, here) in new[] { (_report, _there, _here), (_ofProfiles, _profilesThere, _profilesHere) })
        {
            if (!target.IsPreview)
            {
                (report.ChecksumThere, report.ChecksumHere) = (there.End(), here.End());
            }

            there.Dispose();
            here.Dispose();
        }

        return source.UsersTable == Users ? [_report] : [_report, _ofProfiles];
    }

    private int? Joined(SourcePerson person) =>
        person
            .Profiles.Select(profile =>
                _existing.TryGetValue((profile.Platform, profile.PlatformUserId), out var here) ? here.Person : null
            )
            .FirstOrDefault(id => id is not null);

    private void Join(SourcePerson person, int here)
    {
        _report.Joined++;
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
            if (_existing.TryGetValue((profile.Platform, profile.PlatformUserId), out var here))
            {
                Meet(person, profile, here);
                continue;
            }

            _ofProfiles.New++;
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
            _ofProfiles.Known++;
            return;
        }

        _ofProfiles.Joined++;
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
                _report.RowsHere++;
                BrocaTransfer.Compare(_report, _there, _here, "a person", ThereOf(person), HereOf(person, here));
            }

            foreach (var profile in person.Profiles.Where(p => ProfileOf(p.Id) is { } id && profiles.ContainsKey(id)))
            {
                _ofProfiles.RowsHere++;
                var now = profiles[ProfileOf(profile.Id)!.Value];
                BrocaTransfer.Compare(
                    _ofProfiles,
                    _profilesThere,
                    _profilesHere,
                    "a profile",
                    ThereOf(person, profile),
                    HereOf(profile, now)
                );
            }
        }
    }

    private (string, object?)[] ThereOf(SourcePerson person) =>
        [
            ("id", person.Id),
            ("created_at", person.CreatedAt),
            ("last_active", person.LastActive),
            ("agent_preferences", person.Preferences),
            ("conversation_history_limit", person.HistoryLimit),
            ("custom_instructions", person.Instructions),
            ("is_active", person.IsActive),
            ("letta_identity_id", person.IdentityId),
            ("letta_block_id", person.BlockId),
        ];

    /// <summary>Where Broca does not know when a user came, the console says when it was imported.</summary>
    private static (string, object?)[] HereOf(SourcePerson person, LettaUser user) =>
        [
            ("id", person.Id),
            ("created_at", person.CreatedAt is null ? null : user.CreatedAt),
            ("last_active", user.LastActive),
            ("agent_preferences", CanonicalText.Json(user.AgentPreferences)),
            ("conversation_history_limit", user.ConversationHistoryLimit),
            ("custom_instructions", user.CustomInstructions),
            ("is_active", user.IsActive),
            ("letta_identity_id", user.LettaIdentityId),
            ("letta_block_id", user.LettaBlockId),
        ];

    private (string, object?)[] ThereOf(SourcePerson person, SourceProfile profile) =>
        [
            ("id", profile.Id),
            ("letta_user_id", PersonOf(person.Id)),
            ("platform", profile.Platform),
            ("platform_user_id", profile.PlatformUserId),
            ("username", profile.Username),
            ("display_name", profile.DisplayName),
            ("metadata", profile.Metadata),
            ("created_at", profile.CreatedAt),
            ("last_active", profile.LastActive),
        ];

    private static (string, object?)[] HereOf(SourceProfile profile, PlatformProfile here) =>
        [
            ("id", profile.Id),
            ("letta_user_id", here.LettaUserId),
            ("platform", here.Platform),
            ("platform_user_id", here.PlatformUserId),
            ("username", here.Username),
            ("display_name", here.DisplayName),
            ("metadata", CanonicalText.Json(here.Metadata)),
            ("created_at", profile.CreatedAt is null ? null : here.CreatedAt),
            ("last_active", here.LastActive),
        ];
}
