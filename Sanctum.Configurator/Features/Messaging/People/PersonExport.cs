using Sanctum.Configurator.Features.Messaging.Messages;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// Writes all that is stored of a person into a file: of one state of the database, row by row, so that only a few are in memory.
/// </summary>
internal sealed class PersonExport(IDbContextFactory<RegistryDbContext> registries, PersonWrites writes)
{
    public const string ContentType = "application/json";

    /// <summary>Whether there is such a person, and the caller may have the file. It is recorded that they took it.</summary>
    public async Task<Outcome<string>> BeginAsync(int id, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<string>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await registry.LettaUsers.AnyAsync(u => u.Id == id, cancel))
        {
            return new Outcome<string>.NotFound();
        }

        await registry.RecordAsync("export", "letta_users", $"{id}", null, cancel);
        return new Outcome<string>.Ok($"person-{id}.json");
    }

    public async Task WriteAsync(int id, Stream target, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var reading = await registry.BeginReadingAsync(cancel);
        var same = await MessageReader.SameAsync(registry, id, cancel);
        await using var json = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        var people = registry.LettaUsers.AsNoTracking().Where(u => same.Contains(u.Id)).OrderBy(u => u.Id);
        await WriteAsync(json, "people", people, cancel);
        var profiles = registry.PlatformProfiles.AsNoTracking().Where(p => p.LettaUserId != null && same.Contains(p.LettaUserId.Value));
        await WriteAsync(json, "profiles", profiles.OrderBy(p => p.Id), cancel);
        var messages = PersonRows.Messages(registry, same).AsNoTracking();
        await WriteAsync(json, "messages", messages.OrderBy(m => m.Id), cancel);
        var entries = PersonRows.Queue(registry, same).AsNoTracking();
        await WriteAsync(json, "queue", entries.OrderBy(e => e.Id), cancel);
        var attempts = registry.QueueAttempts.AsNoTracking().Where(a => PersonRows.Queue(registry, same).Any(e => e.Id == a.QueueId));
        await WriteAsync(json, "attempts", attempts.OrderBy(a => a.Id), cancel);
        await WriteAsync(json, "outbox", PersonRows.Outbox(registry, same).AsNoTracking().OrderBy(o => o.Id), cancel);
        var merges = registry.PersonMerges.AsNoTracking().Where(m => same.Contains(m.SurvivorId) || same.Contains(m.MergedId));
        await WriteAsync(json, "merges", merges.OrderBy(m => m.Id), cancel);
        json.WriteEndObject();
        await json.FlushAsync(cancel);
    }

    private static async Task WriteAsync<T>(Utf8JsonWriter json, string name, IQueryable<T> rows, CancellationToken cancel)
        where T : class
    {
        json.WriteStartArray(name);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel))
        {
            var shown = JsonSerializer.SerializeToNode(row, ApiJson.Options)!.AsObject();
            foreach (var field in JsonFields.Where(field => shown[field] is JsonValue))
            {
                // As JSON, and not as a text with JSON in it.
                shown[field] = JsonText.Parse((string?)shown[field]).Node ?? shown[field]!.DeepClone();
            }

            shown.WriteTo(json, ApiJson.Options);
            if (json.BytesPending > MostPending)
            {
                await json.FlushAsync(cancel);
            }
        }

        json.WriteEndArray();
    }

    private const int MostPending = 64 * 1024;

    private static readonly string[] JsonFields = ["agent_preferences", "metadata", "attachments", "before", "after"];
}
