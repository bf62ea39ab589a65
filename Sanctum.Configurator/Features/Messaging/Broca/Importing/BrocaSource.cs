using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>
/// Reads a database of Broca in the registry's terms: <c>users</c> become people with a profile of Telegram, <c>gpt_response</c> becomes
/// the answer, <c>completed</c> is done. What is odd is counted, and what does not fit is kept aside.
/// </summary>
/// <param name="keepAside">Told of each row that is not imported, or not wholly.</param>
internal sealed class BrocaSource(
    BrocaDatabase database,
    BrocaShape shape,
    BrocaFindings findings,
    Action<AsideRow> keepAside,
    DateTimeOffset now
)
{
    public const string Unfinished = "was not finished in Broca";
    public const string Failed = "failed in Broca";
    public const int ManyAttempts = 20;

    private const string Telegram = "telegram";
    private const int LongestText = 200_000;

    private readonly BrocaCells _cells = new(findings, keepAside, now);
    private readonly Dictionary<long, SourcePerson> _people = [];
    private readonly Dictionary<long, long> _ownerOfProfile = [];

    public string UsersTable => shape.Users.Name;

    public BrocaFindings Findings => findings;

    /// <summary>Users with their profiles, by id.</summary>
    public IReadOnlyDictionary<long, SourcePerson> ReadPeople()
    {
        foreach (var part in shape.Unknown)
        {
            findings.Add(BrocaOddity.UnknownPart, part);
        }

        var firstSeen = shape.IsFirst ? FirstSeen() : [];
        foreach (var row in database.RowsOf(shape.Users, shape.UserKey))
        {
            if (_cells.IdOf(row, shape.UserKey, _people.ContainsKey) is { } id)
            {
                _people.Add(id, PersonOf(row, id, firstSeen.TryGetValue(id, out var seen) ? seen : null));
            }
        }

        var taken = new HashSet<(string, string)>();
        foreach (var row in shape.Profiles is { } profiles ? database.RowsOf(profiles, "id") : [])
        {
            TakeProfile(row, taken);
        }

        foreach (var person in _people.Values.Where(person => person.Profiles.Count == 0))
        {
            findings.Add(BrocaOddity.NoProfile, UsersTable, person.Id);
        }

        return _people;
    }

    /// <summary>Who wrote any of these messages.</summary>
    public HashSet<long> WritersOf(Func<long, bool> isMeant) =>
        [
            .. database
                .RowsOf(shape.Messages, "id", ["id", shape.UserReference])
                .Where(row => row.Number("id") is { } id && isMeant(id))
                .Select(row => row.Number(shape.UserReference))
                .OfType<long>(),
        ];

    public IEnumerable<SourceMessage> ReadMessages()
    {
        var before = long.MinValue;
        foreach (var row in database.RowsOf(shape.Messages, "id"))
        {
            if (_cells.IdOf(row, "id", id => id == before) is not { } id)
            {
                continue;
            }

            before = id;
            var profile = row.Number("platform_profile_id") is { } named && _ownerOfProfile.ContainsKey(named) ? named : (long?)null;
            var user =
                row.Number(shape.UserReference) ?? (row[shape.UserReference] is null && profile is { } of ? _ownerOfProfile[of] : null);
            if (user is not { } person || !_people.ContainsKey(person))
            {
                findings.Add(BrocaOddity.OrphanedMessage, "messages", id);
                _cells.Aside(row, id, "The person who wrote it is gone.");
                continue;
            }

            yield return new(
                id,
                person,
                profile ?? (shape.IsFirst ? person : null),
                _cells.Cut(row, id, "role", 32, _cells.RoleOf(row, id)),
                _cells.Cut(row, id, "message", LongestText),
                _cells.TimeOf(row, id, "timestamp"),
                BrocaCells.IsOn(row["processed"]),
                _cells.Cut(row, id, shape.ResponseColumn, LongestText)
            );
        }
    }

    /// <param name="messages">Of those that are imported, or were: when they were written.</param>
    public IEnumerable<SourceEntry> ReadQueue(Func<long, (bool IsThere, DateTimeOffset? WrittenAt)> messages)
    {
        var before = long.MinValue;
        foreach (var row in shape.Queue is { } table ? database.RowsOf(table, "id") : [])
        {
            if (_cells.IdOf(row, "id", id => id == before) is not { } id)
            {
                continue;
            }

            before = id;
            if (row.Number("message_id") is not { } message || messages(message) is not { IsThere: true, WrittenAt: var written })
            {
                findings.Add(BrocaOddity.OrphanedEntry, "queue", id);
                _cells.Aside(row, id, "Its message is gone, or kept aside too.");
                continue;
            }

            var attempts = (int)Math.Clamp(row.Number(shape.AttemptsColumn) ?? 0, 0, int.MaxValue);
            if (attempts > ManyAttempts)
            {
                findings.Add(BrocaOddity.ManyAttempts, "queue", id);
            }

            // The first schema does not know when an entry came: with its message.
            var time = row.Table.Has("timestamp") ? _cells.TimeOf(row, id, "timestamp") : written;
            yield return EntryOf(row, id, message, attempts, time);
        }
    }

    private SourceEntry EntryOf(BrocaRow row, long id, long message, int attempts, DateTimeOffset? time)
    {
        var said = StorableText.Of(row["status"]).Trim();
        var after = attempts == 1 ? "after 1 attempt" : string.Create(CultureInfo.InvariantCulture, $"after {attempts} attempts");
        var (status, failure, cause) = said.ToLowerInvariant() switch
        {
            "completed" or "done" => (QueueStatus.Done, null, null),
            "flushed" => (QueueStatus.Flushed, null, null),
            "failed" => (QueueStatus.Failed, $"It failed in Broca {after}.", Failed),
            "pending" or "processing" => (
                QueueStatus.Failed,
                $"It was not finished in Broca: {said.ToLowerInvariant()} {after}. Retry it to have it answered.",
                Unfinished
            ),
            _ => (QueueStatus.Failed, $"Its status in Broca was “{said[..Math.Min(said.Length, 50)]}”.", Unfinished),
        };
        if (cause == Unfinished)
        {
            findings.Add(
                failure!.StartsWith("Its", StringComparison.Ordinal) ? BrocaOddity.UnknownStatus : BrocaOddity.Unfinished,
                "queue",
                id
            );
        }

        return new(id, message, status, attempts, time, failure, cause);
    }

    private SourcePerson PersonOf(BrocaRow row, long id, DateTimeOffset? firstSeen)
    {
        var active = _cells.TimeOf(row, id, "last_active");
        var person = new SourcePerson(
            id,
            shape.Users.Has("created_at") ? _cells.TimeOf(row, id, "created_at") : firstSeen ?? active,
            active,
            _cells.JsonOf(row, id, "agent_preferences"),
            row.Number("conversation_history_limit") is >= 0 and <= 100_000 and var limit ? (int)limit : 10,
            _cells.Cut(row, id, "custom_instructions", LengthLimits.Instructions),
            row["is_active"] is null || BrocaCells.IsOn(row["is_active"]),
            _cells.Cut(row, id, "letta_identity_id", LengthLimits.Name),
            _cells.Cut(row, id, "letta_block_id", LengthLimits.Name),
            row.ToJson()
        );
        if (shape.IsFirst)
        {
            _ownerOfProfile[id] = id;
            person.Profiles.Add(
                new(
                    id,
                    Telegram,
                    id.ToString(CultureInfo.InvariantCulture),
                    _cells.Cut(row, id, "username", LengthLimits.Name),
                    _cells.Cut(row, id, "first_name", LengthLimits.Name),
                    row.Number("message_count") is > 0 and var count
                        ? string.Create(CultureInfo.InvariantCulture, $$"""{"message_count": {{count}}}""")
                        : null,
                    person.CreatedAt,
                    active,
                    person.Aside
                )
            );
        }

        return person;
    }

    private void TakeProfile(BrocaRow row, HashSet<(string, string)> taken)
    {
        if (_cells.IdOf(row, "id", _ownerOfProfile.ContainsKey) is not { } id)
        {
            return;
        }

        var platform = StorableText.Of(row["platform"]).Trim().ToLowerInvariant();
        var known = StorableText.Of(row["platform_user_id"]).Trim();
        if (row.Number("letta_user_id") is not { } owner || !_people.TryGetValue(owner, out var person))
        {
            findings.Add(BrocaOddity.OrphanedProfile);
            _cells.Aside(row, id, "Its person is gone.");
        }
        else if (platform.Length is 0 or > LengthLimits.Platform || known.Length is 0 or > LengthLimits.Name)
        {
            findings.Add(BrocaOddity.UnusableId);
            _cells.Aside(row, id, "It does not say of which platform it is, or who it is there.");
        }
        else if (!taken.Add((platform, known)))
        {
            findings.Add(BrocaOddity.DuplicateProfile);
            _cells.Aside(row, id, "Another profile is of the same platform and the same person there.");
        }
        else
        {
            _ownerOfProfile[id] = owner;
            person.Profiles.Add(
                new(
                    id,
                    platform,
                    known,
                    _cells.Cut(row, id, "username", LengthLimits.Name),
                    _cells.Cut(row, id, "display_name", LengthLimits.Name),
                    _cells.JsonOf(row, id, "metadata"),
                    _cells.TimeOf(row, id, "created_at"),
                    _cells.TimeOf(row, id, "last_active"),
                    row.ToJson()
                )
            );
        }
    }

    /// <summary>The first schema does not say when a user came: with the first message.</summary>
    private Dictionary<long, DateTimeOffset> FirstSeen()
    {
        var first = new Dictionary<long, DateTimeOffset>();
        foreach (var row in database.RowsOf(shape.Messages, "id", ["user_id", "timestamp"]))
        {
            if (
                row.Number("user_id") is { } user
                && BrocaTime.Find(row["timestamp"]) is { } time
                && (!first.TryGetValue(user, out var known) || time < known)
            )
            {
                first[user] = time;
            }
        }

        return first;
    }
}
