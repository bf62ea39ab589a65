using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Brings messages in batches; one that is here already gets the answer that Broca has by now.</summary>
internal sealed class MessageTransfer(
    RegistryDbContext registry,
    BrocaTarget target,
    PeopleTransfer people,
    BroughtBefore before,
    TableComparison compared,
    CancellationToken cancel
)
{
    private const string Table = "messages";
    private const string Before = "messages:before";

    private readonly List<AsideRow> _updated = [];
    private readonly Dictionary<long, (int Id, int? Person, string? Platform, DateTimeOffset? At)> _messages = [];
    private readonly JsonRows _columns = new(
        registry,
        ("letta_user_id", "integer"),
        ("platform_profile_id", "integer"),
        ("role", "text"),
        ("message", "text"),
        ("timestamp", "timestamptz"),
        ("processed", "boolean"),
        ("agent_response", "text"),
        ("agent_id", "integer"),
        ("import_id", "integer"),
        ("source_key", "text")
    );
    private readonly JsonRows _answers = new(registry, ("id", "integer"), ("processed", "boolean"), ("agent_response", "text"));
    private readonly HashSet<long> _gone = [];
    private int _foreign;
    private int _preview;

    /// <summary>Most of what is known by its key says something else here: the key is another Broca's.</summary>
    public bool IsOfAnother => _foreign * 2 > compared.Report.Known;

    public IdRanges Brought { get; } = new();

    public (bool IsThere, DateTimeOffset? WrittenAt) Find(long id) =>
        _messages.TryGetValue(id, out var known) ? (true, known.At) : (_gone.Contains(id), null);

    /// <summary>Null where it was imported and is erased by now.</summary>
    public (int Id, int? Person, string? Platform)? Here(long id) =>
        _messages.TryGetValue(id, out var known) ? (known.Id, known.Person, known.Platform) : null;

    public async Task TakeAsync(SourceMessage[] batch)
    {
        var keys = batch.Select(message => target.KeyOf(Table, message.Id)).ToArray();
        var here = await ReadAsync(keys);
        var (made, changed) = (new List<object>(), new List<object>());
        foreach (var (message, key) in batch.Zip(keys))
        {
            if (here.TryGetValue(key, out var known))
            {
                compared.Report.Known++;
                _foreign += known.Text == message.Text && known.Timestamp == message.Timestamp ? 0 : 1;
                Update(message, known, changed);
            }
            else if (before.HasMessage(message.Id) || people.PersonOf(message.PersonId) is not { } person)
            {
                compared.Report.Gone++;
                _gone.Add(message.Id);
            }
            else
            {
                compared.Report.New++;
                Brought.Add(message.Id);
                made.Add(NewOf(message, key, person));
                if (target.IsPreview)
                {
                    _messages[message.Id] = (--_preview, person, null, message.Timestamp);
                }
            }
        }

        await WriteAsync(made, changed);
        Compare(batch, keys, made.Count + changed.Count > 0 && !target.IsPreview ? await ReadAsync(keys) : here);
    }

    /// <summary>Keeps what answers there were before, for an undo.</summary>
    public Task KeepBeforeAsync(KeptAsideRows asides) => asides.WriteAsync(_updated);

    private async Task<Dictionary<string, Message>> ReadAsync(string[] keys) =>
        await registry
            .Messages.AsNoTracking()
            .Where(m => EF.Parameter(keys).Contains(m.SourceKey))
            .ToDictionaryAsync(m => m.SourceKey!, cancel);

    /// <summary>An answer that came here, such as by a retry, stays.</summary>
    private void Update(SourceMessage message, Message known, List<object> changed)
    {
        var answer = known.AgentResponse ?? message.Response;
        var isProcessed = known.Processed || message.Processed;
        if (answer == known.AgentResponse && isProcessed == known.Processed)
        {
            return;
        }

        compared.Report.Updated++;
        changed.Add(
            new
            {
                id = known.Id,
                processed = isProcessed,
                agent_response = answer,
            }
        );
        _updated.Add(
            new(
                Before,
                message.Id.ToString(CultureInfo.InvariantCulture),
                ImportUndo.Before(known.Id, new BeforeMessage(known.AgentResponse is not null, known.Processed), answer),
                "Its answer came after an earlier import."
            )
        );
    }

    private object NewOf(SourceMessage message, string key, int person) =>
        new
        {
            letta_user_id = person,
            platform_profile_id = people.ProfileOf(message.ProfileId),
            role = message.Role,
            message = message.Text,
            timestamp = _columns.Time(message.Timestamp),
            processed = message.Processed,
            agent_response = message.Response,
            agent_id = target.AgentId,
            import_id = target.ImportId,
            source_key = key,
        };

    private async Task WriteAsync(List<object> made, List<object> changed)
    {
        if (!target.IsPreview)
        {
            await _columns.InsertAsync("messages", made, cancel);
            await _answers.UpdateAsync("messages", changed, cancel);
        }
    }

    private void Compare(SourceMessage[] batch, string[] keys, Dictionary<string, Message> here)
    {
        foreach (var (message, key) in batch.Zip(keys))
        {
            if (!here.TryGetValue(key, out var now))
            {
                continue;
            }

            _messages[message.Id] = (now.Id, now.LettaUserId, people.PlatformOf(message.ProfileId), message.Timestamp);
            if (target.IsPreview)
            {
                continue;
            }

            compared.Compare(
                key,
                [
                    ("id", message.Id),
                    ("letta_user_id", people.PersonOf(message.PersonId)),
                    ("platform_profile_id", people.ProfileOf(message.ProfileId)),
                    ("role", message.Role),
                    ("message", message.Text),
                    ("timestamp", message.Timestamp),
                    ("processed", message.Processed),
                    ("agent_response", message.Response),
                ],
                [
                    ("id", message.Id),
                    ("letta_user_id", now.LettaUserId),
                    ("platform_profile_id", now.PlatformProfileId),
                    ("role", now.Role),
                    ("message", now.Text),
                    ("timestamp", now.Timestamp),
                    ("processed", now.Processed),
                    ("agent_response", now.AgentResponse),
                ]
            );
        }
    }
}
