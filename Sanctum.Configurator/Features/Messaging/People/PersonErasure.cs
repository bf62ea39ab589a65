using Sanctum.Configurator.Registry.Data.Sqlite;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// Erases a person, and all who were merged into them, everywhere: irrevocably. What was erased is kept without the person. What Letta has of
/// them is deleted after that, and what it would not delete is said and kept, so that somebody does it by hand.
/// </summary>
public sealed partial class PersonErasure(PersonWrites writes, PersonIdentities identities, ILogger<PersonErasure> log)
{
    /// <summary>Erasures that are listed at once.</summary>
    private const int MostListed = 200;

    /// <summary>What has to be typed, so that nobody erases by a slip.</summary>
    public static string Confirmation(int id) => string.Create(CultureInfo.InvariantCulture, $"erase {id}");

    public async Task<Outcome<ErasureRow>> EraseAsync(int id, EraseForm form, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<ErasureRow>() is { } mayNot)
        {
            return mayNot;
        }

        if (form.Confirm?.Trim() != Confirmation(id))
        {
            return new Outcome<ErasureRow>.Invalid(
                nameof(form.Confirm),
                $"Type “{Confirmation(id)}” to confirm. What is erased can't be brought back."
            );
        }

        var (erased, refused) = await EraseRowsAsync(id, cancel);
        if (erased is null)
        {
            return refused!;
        }

        LogErased(id, erased.Row.Id);
        return new Outcome<ErasureRow>.Ok(
            erased.Letta.Count == 0 ? erased.Row : await EraseAtLettaAsync(erased.Row, erased.Letta, CancellationToken.None)
        );
    }

    /// <summary>What was erased, the newest first.</summary>
    public async Task<IReadOnlyList<ErasureRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await writes.OpenAsync(cancel);
        var erasures = await registry.Erasures.AsNoTracking().OrderByDescending(e => e.Id).Take(MostListed).ToListAsync(cancel);
        return [.. erasures.Select(ErasureRow.Of)];
    }

    private async Task<(Erased? Erased, Outcome<ErasureRow>? Refused)> EraseRowsAsync(int id, CancellationToken cancel)
    {
        await using var registry = await writes.OpenAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var people = await registry.LettaUsers.Where(u => u.Id == id || u.MergedInto == id).OrderBy(u => u.Id).ToListAsync(cancel);
        if (people.Find(u => u.Id == id) is not { } person)
        {
            return (null, new Outcome<ErasureRow>.NotFound());
        }

        List<int> same = [.. people.Select(u => u.Id)];
        if (await RefuseAsync(registry, person, people, same, cancel) is { } refused)
        {
            return (null, new Outcome<ErasureRow>.Invalid("", refused));
        }

        var rows = await ErasedRows.DeleteAsync(registry, people, cancel);
        if (registry.Database.IsSqlite())
        {
            await SqliteFiles.MergeWordsAsync(registry, cancel);
        }

        List<LettaThing> letta = [.. people.SelectMany(LettaThing.Of)];
        var erasure = new Erasure
        {
            PersonId = id,
            ErasedBy = writes.Who,
            ErasedAt = writes.Now,
            Report = ErasureRow.Write(rows, letta),
        };
        registry.Add(erasure);
        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync("erase", "letta_users", $"{id}", null, cancel);
        var row = ErasureRow.Of(erasure);
        await registry.CommitWritingAsync(cancel);
        if (registry.Database.IsSqlite() && !await SqliteFiles.TryEmptyLogAsync(registry, CancellationToken.None))
        {
            LogStillInLog(id);
        }

        return (new(row, letta), null);
    }

    private static async Task<string?> RefuseAsync(
        RegistryDbContext registry,
        LettaUser person,
        IReadOnlyList<LettaUser> people,
        List<int> same,
        CancellationToken cancel
    )
    {
        if (person.MergedInto is { } survivor)
        {
            return $"Person {person.Id} is merged into person {survivor}. Erase that one, or split them first.";
        }

        if (people.FirstOrDefault(u => u.HoldReason is not null) is { } held)
        {
            return $"Person {held.Id} is on hold: {held.HoldReason} Remove the hold first.";
        }

        var processing = await PersonRows
            .Queue(registry, same)
            .Where(e => e.Status == QueueStatus.Processing)
            .Select(e => (int?)e.Id)
            .FirstOrDefaultAsync(cancel);
        if (processing is { } entry)
        {
            return $"An agent is answering one of their messages (entry {entry} of the queue). Wait until it has ended, or cancel it, and try again.";
        }

        return await PersonRows.Outbox(registry, same).AnyAsync(o => o.Status == OutboxStatus.Sending, cancel)
            ? "A message to them is being sent at this moment. Try again in a minute."
            : null;
    }

    private async Task<ErasureRow> EraseAtLettaAsync(ErasureRow row, IReadOnlyList<LettaThing> things, CancellationToken cancel)
    {
        var ended = await identities.DeleteAsync(things, cancel);
        await using var registry = await writes.OpenAsync(cancel);
        var report = ErasureRow.Write(row.Rows, ended);
        await registry.Erasures.Where(e => e.Id == row.Id).ExecuteUpdateAsync(e => e.SetProperty(x => x.Report, report), cancel);
        if (ended.Any(thing => thing.IsLeft))
        {
            LogLeft(row.PersonId, row.Id);
        }

        return row with
        {
            Letta = ended,
        };
    }

    [LoggerMessage(LogLevel.Information, "Person {PersonId} was erased (erasure {ErasureId})")]
    private partial void LogErased(int personId, int erasureId);

    [LoggerMessage(
        LogLevel.Warning,
        "The database's write-ahead log still has what was erased of person {PersonId}, as others read meanwhile. It goes with the next writes, or when the console is restarted"
    )]
    private partial void LogStillInLog(int personId);

    [LoggerMessage(LogLevel.Warning, "The Letta server still has something of the erased person {PersonId}; erasure {ErasureId} says what")]
    private partial void LogLeft(int personId, int erasureId);

    private sealed record Erased(ErasureRow Row, IReadOnlyList<LettaThing> Letta);
}

/// <summary>That somebody means it.</summary>
public sealed class EraseForm
{
    /// <summary>"erase", a blank and the person's id.</summary>
    [System.ComponentModel.DataAnnotations.StringLength(64)]
    public string? Confirm { get; set; }
}

/// <summary>Something that Letta has of a person.</summary>
/// <param name="What">"identity" or "block".</param>
/// <param name="Outcome">What became of it, in a sentence.</param>
/// <param name="IsLeft">Letta has it still, as far as is known.</param>
public sealed record LettaThing(string What, string Id, string Outcome, bool IsLeft)
{
    public const string Identity = "identity",
        Block = "block";

    internal static IEnumerable<LettaThing> Of(LettaUser person)
    {
        const string NotYet = "Not deleted yet: the console ended before it asked the Letta server. Delete it there.";
        if (person.LettaIdentityId is { Length: > 0 } identity)
        {
            yield return new(Identity, identity, NotYet, true);
        }

        if (person.LettaBlockId is { Length: > 0 } block)
        {
            yield return new(Block, block, NotYet, true);
        }
    }
}

/// <summary>That a person was erased, and what of them.</summary>
/// <param name="Rows">Rows by table.</param>
public sealed record ErasureRow(
    int Id,
    int PersonId,
    string ErasedBy,
    DateTimeOffset ErasedAt,
    IReadOnlyDictionary<string, int> Rows,
    IReadOnlyList<LettaThing> Letta
)
{
    internal static ErasureRow Of(Erasure erasure)
    {
        var report = JsonText.FindObject(erasure.Report) ?? [];
        return new(
            erasure.Id,
            erasure.PersonId,
            erasure.ErasedBy,
            erasure.ErasedAt,
            report["rows"].Deserialize<Dictionary<string, int>>() ?? [],
            report["letta"].Deserialize<List<LettaThing>>(ApiJson.Options) ?? []
        );
    }

    internal static string Write(IReadOnlyDictionary<string, int> rows, IReadOnlyList<LettaThing> letta) =>
        new JsonObject
        {
            ["rows"] = JsonSerializer.SerializeToNode(rows),
            ["letta"] = JsonSerializer.SerializeToNode(letta, ApiJson.Options),
        }.ToJsonString(ReadableJson.OneLine);
}
