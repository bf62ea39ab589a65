using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// Says of two people that they are one, and takes it back. All rows stay whose they were, so that nothing is lost either way; a merged person
/// always names the survivor itself, never one that is merged too.
/// </summary>
public sealed class PersonMerges(PersonWrites writes)
{
    public Task<Outcome<PersonView>> MergeAsync(MergeForm form, CancellationToken cancel) =>
        writes.WriteAsync(form.SurvivorId, form.Version, (registry, survivor) => MergeAsync(registry, survivor, form, cancel), cancel);

    /// <summary>
    /// Lets a merged person stand for themselves again, and those with them who were merged into them before. What the survivor took from them
    /// goes back to what it was, but for what somebody has changed since.
    /// </summary>
    /// <returns>The person who was merged.</returns>
    public Task<Outcome<PersonView>> SplitAsync(int id, int? version, CancellationToken cancel) =>
        writes.WriteAsync(id, version, (registry, person) => SplitAsync(registry, person, cancel), cancel);

    private async Task<Outcome<PersonView>.Invalid?> MergeAsync(
        RegistryDbContext registry,
        LettaUser survivor,
        MergeForm form,
        CancellationToken cancel
    )
    {
        if (form.MergedId == survivor.Id)
        {
            return Refuse("A person can't be merged into themselves. Choose another one.");
        }

        if (form.Take.FirstOrDefault(name => MergeField.Find(name) is null) is { } unknown)
        {
            return new(
                nameof(form.Take),
                $"Unknown field {PersonNamesOf(unknown)}. Allowed: {string.Join(", ", MergeField.All.Select(field => field.Name))}."
            );
        }

        if (await registry.LettaUsers.SingleOrDefaultAsync(u => u.Id == form.MergedId, cancel) is not { } merged)
        {
            return Refuse("The person who is to be merged no longer exists.");
        }

        if (form.MergedVersion is { } read && merged.Version != read)
        {
            return Refuse("Somebody else changed the person who is to be merged. Review both again.");
        }

        if ((survivor.MergedInto ?? merged.MergedInto) is { } into)
        {
            return Refuse(
                survivor.MergedInto is not null
                    ? $"Person {survivor.Id} is merged into person {into} already. Merge into that one, or split them first."
                    : $"Person {merged.Id} is merged into person {into} already. Split them first."
            );
        }

        var moved = await registry.LettaUsers.Where(u => u.MergedInto == merged.Id).OrderBy(u => u.Id).ToListAsync(cancel);
        var before = MergeField.Of(survivor);
        foreach (var field in MergeField.All.Where(field => form.Take.Contains(field.Name)))
        {
            field.Set(survivor, field.Get(merged));
        }

        registry.Add(
            new PersonMerge
            {
                SurvivorId = survivor.Id,
                MergedId = merged.Id,
                Before = new MergeMemory(before, [.. moved.Select(u => u.Id)]).Write(),
                After = new MergeMemory(MergeField.Of(survivor), []).Write(),
                MergedBy = writes.Who,
                MergedAt = writes.Now,
            }
        );
        foreach (var person in moved.Append(merged))
        {
            person.MergedInto = survivor.Id;
        }

        return null;
    }

    private async Task<Outcome<PersonView>.Invalid?> SplitAsync(RegistryDbContext registry, LettaUser person, CancellationToken cancel)
    {
        if (person.MergedInto is not { } stands)
        {
            return Refuse($"Person {person.Id} isn't merged into anybody.");
        }

        person.MergedInto = null;
        var merges = await registry.PersonMerges.Where(m => m.UndoneAt == null).OrderByDescending(m => m.Id).ToListAsync(cancel);
        if (merges.FirstOrDefault(m => m.MergedId == person.Id) is not { } merge)
        {
            // Another program merged them: there is nothing to go back to.
            return null;
        }

        (merge.UndoneBy, merge.UndoneAt) = (writes.Who, writes.Now);
        var memory = MergeMemory.Read(merge.Before);
        await ReturnAsync(registry, memory.Moved, merge, merges, stands, cancel);
        await RestoreAsync(registry, merge, memory.Fields, merges, cancel);
        return null;
    }

    /// <summary>Those who came with the person go with them, unless they were merged anew since.</summary>
    private static async Task ReturnAsync(
        RegistryDbContext registry,
        IReadOnlyList<int> moved,
        PersonMerge merge,
        IReadOnlyList<PersonMerge> merges,
        int stands,
        CancellationToken cancel
    )
    {
        var people = await registry.LettaUsers.Where(u => moved.Contains(u.Id) && u.MergedInto == stands).ToListAsync(cancel);
        foreach (var one in people.Where(one => !merges.Any(m => m.MergedId == one.Id && m.Id > merge.Id)))
        {
            one.MergedInto = merge.MergedId;
        }
    }

    /// <summary>
    /// Gives the survivor's fields back. Where a later merge took a field over from this one, it remembers what was before this one instead.
    /// </summary>
    private static async Task RestoreAsync(
        RegistryDbContext registry,
        PersonMerge merge,
        JsonObject before,
        IReadOnlyList<PersonMerge> merges,
        CancellationToken cancel
    )
    {
        if (await registry.LettaUsers.SingleOrDefaultAsync(u => u.Id == merge.SurvivorId, cancel) is not { } survivor)
        {
            return;
        }

        var chosen = MergeMemory.Read(merge.After).Fields;
        var later = merges.Where(m => m.SurvivorId == survivor.Id && m.Id > merge.Id).OrderBy(m => m.Id).ToList();
        foreach (var field in MergeField.All.Where(field => Differs(before, chosen, field.Name)))
        {
            if (
                later.FirstOrDefault(m => Differs(MergeMemory.Read(m.Before).Fields, MergeMemory.Read(m.After).Fields, field.Name)) is
                { } next
            )
            {
                await RememberAsync(registry, next, field.Name, before[field.Name], cancel);
            }
            else if (JsonNode.DeepEquals(field.Get(survivor), chosen[field.Name]))
            {
                field.Set(survivor, before[field.Name]);
            }
        }
    }

    private static async Task RememberAsync(
        RegistryDbContext registry,
        PersonMerge merge,
        string field,
        JsonNode? value,
        CancellationToken cancel
    )
    {
        var memory = MergeMemory.Read(await registry.PersonMerges.Where(m => m.Id == merge.Id).Select(m => m.Before).SingleAsync(cancel));
        memory.Fields[field] = value?.DeepClone();
        var text = memory.Write();
        await registry.PersonMerges.Where(m => m.Id == merge.Id).ExecuteUpdateAsync(row => row.SetProperty(m => m.Before, text), cancel);
    }

    private static bool Differs(JsonObject before, JsonObject after, string field) =>
        after.ContainsKey(field) && !JsonNode.DeepEquals(before[field], after[field]);

    private static string PersonNamesOf(string text) => Messages.PersonNames.Of(text) ?? "without a name";

    private static Outcome<PersonView>.Invalid Refuse(string reason) => new(nameof(MergeForm.MergedId), reason);
}
