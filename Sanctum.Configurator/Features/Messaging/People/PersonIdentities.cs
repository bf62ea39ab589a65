using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.Letta.V1;
using Sanctum.Configurator.Features.Messaging.Messages;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// A person on a V1 server, as Broca makes them: an identity, and a block that is attached to an agent while it answers the person. A bridge that
/// ends meanwhile leaves the block attached, and the agent then knows of somebody whom it does not talk to. An App Server has neither.
/// </summary>
public sealed class PersonIdentities(SavedLetta letta, PersonWrites writes)
{
    /// <summary>The label that Broca gives its blocks.</summary>
    private const string Label = "human";

    /// <summary>What the server says of both.</summary>
    public async Task<Outcome<IdentityView>> ReadAsync(int id, CancellationToken cancel) =>
        await PersonAsync(id, cancel) is not { } person
            ? new Outcome<IdentityView>.NotFound()
            : await CallAsync(person, (theirs, link) => ReadAsync(theirs, link, cancel), cancel);

    /// <summary>Makes what the server lacks, and keeps its ids.</summary>
    public async Task<Outcome<IdentityView>> MakeAsync(int id, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<IdentityView>() is { } mayNot)
        {
            return mayNot;
        }

        if (await PersonAsync(id, cancel) is not { } person)
        {
            return new Outcome<IdentityView>.NotFound();
        }

        return await CallAsync(
            person,
            async (theirs, link) =>
            {
                var made = await MakeAsync(theirs, new(link), cancel);
                var kept = await writes.WriteAsync(
                    id,
                    null,
                    (_, row) =>
                    {
                        (row.LettaIdentityId, row.LettaBlockId) = (made.IdentityId, made.BlockId);
                        return Task.FromResult<Outcome<PersonView>.Invalid?>(null);
                    },
                    cancel
                );
                return kept is Outcome<PersonView>.Ok
                    ? await ReadAsync(made, link, cancel)
                    : new Outcome<IdentityView>.Invalid(
                        "",
                        $"{kept.ProblemWith("The person")} The Letta server has the identity {made.IdentityId} and the block {made.BlockId} now."
                    );
            },
            cancel
        );
    }

    /// <summary>Takes the block from all agents that it is still attached to.</summary>
    public async Task<Outcome<IdentityView>> DetachAsync(int id, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<IdentityView>() is { } mayNot)
        {
            return mayNot;
        }

        if (await PersonAsync(id, cancel) is not { } person)
        {
            return new Outcome<IdentityView>.NotFound();
        }

        if (person.IsBeingAnswered)
        {
            return new Outcome<IdentityView>.Invalid("", "An agent is answering this person. Try again when it has ended.");
        }

        return await CallAsync(
            person,
            async (theirs, link) =>
            {
                var identities = new V1Identities(link);
                foreach (var agent in theirs.BlockId is { } block ? await identities.AgentsOfBlockAsync(block, cancel) : [])
                {
                    await identities.DetachAsync(agent.Id, theirs.BlockId!, cancel);
                }

                await RecordAsync("detach block", id, cancel);
                return await ReadAsync(theirs, link, cancel);
            },
            cancel
        );
    }

    /// <summary>Deletes what the server has of an erased person, as far as it does.</summary>
    internal async Task<IReadOnlyList<LettaThing>> DeleteAsync(IReadOnlyList<LettaThing> things, CancellationToken cancel)
    {
        try
        {
            if (await letta.KindAsync(cancel) == LettaKind.AppServer)
            {
                return
                [
                    .. things.Select(thing =>
                        thing with
                        {
                            Outcome =
                                "Not deleted: the Letta server in the settings is an App Server, which has none of it. If the former V1 server still runs, delete it there.",
                        }
                    ),
                ];
            }

            using var link = await letta.V1Async(cancel);
            var identities = new V1Identities(link);
            var ended = new List<LettaThing>();
            foreach (var thing in things)
            {
                ended.Add(await DeleteAsync(thing, identities, cancel));
            }

            return ended;
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return [.. things.Select(thing => thing with { Outcome = $"Not deleted: {why} Delete it on the Letta server." })];
        }
    }

    private static async Task<LettaThing> DeleteAsync(LettaThing thing, V1Identities identities, CancellationToken cancel)
    {
        try
        {
            var isDeleted =
                thing.What == LettaThing.Block
                    ? await identities.DeleteBlockAsync(thing.Id, cancel)
                    : await identities.DeleteAsync(thing.Id, cancel);
            return thing with { Outcome = isDeleted ? "Deleted." : "The Letta server had it no more.", IsLeft = false };
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return thing with { Outcome = $"Not deleted: {why} Delete it on the Letta server." };
        }
    }

    private static async Task<Theirs> MakeAsync(Theirs person, V1Identities identities, CancellationToken cancel)
    {
        var identity = person.IdentityId is { } id ? await identities.FindAsync(id, cancel) : null;

        // The same key as before, so that an answer that was lost makes no second one.
        var key = string.Create(CultureInfo.InvariantCulture, $"sanctum_user_{person.Id}");
        identity ??= await identities.FindByKeyAsync(key, cancel) ?? await identities.CreateAsync(key, person.Name, cancel);
        var block =
            person.BlockId is { } known && await identities.FindBlockAsync(known, cancel) is not null
                ? known
                : await identities.CreateBlockAsync(
                    Label,
                    new JsonObject { ["name"] = person.Name }.ToJsonString(ReadableJson.OneLine),
                    cancel
                );
        return person with { IdentityId = identity.Id, BlockId = block };
    }

    private static async Task<Outcome<IdentityView>> ReadAsync(Theirs person, V1Connection link, CancellationToken cancel)
    {
        var identities = new V1Identities(link);
        var identity = person.IdentityId is { } id ? await identities.FindAsync(id, cancel) : null;
        var label = person.BlockId is { } block ? await identities.FindBlockAsync(block, cancel) : null;
        var agents = label is null ? [] : await identities.AgentsOfBlockAsync(person.BlockId!, cancel);
        return new Outcome<IdentityView>.Ok(
            new(
                null,
                person.IdentityId,
                identity is not null,
                identity?.Name,
                person.BlockId,
                label is not null,
                label,
                [.. agents.Select(agent => agent.Name)],
                agents.Count > 0 && !person.IsBeingAnswered
            )
        );
    }

    private async Task<Outcome<IdentityView>> CallAsync(
        Theirs person,
        Func<Theirs, V1Connection, Task<Outcome<IdentityView>>> act,
        CancellationToken cancel
    )
    {
        try
        {
            if (await letta.KindAsync(cancel) == LettaKind.AppServer)
            {
                const string None = "The Letta server is an App Server, which has no identities and no blocks of people.";
                return new Outcome<IdentityView>.Ok(new(None, person.IdentityId, false, null, person.BlockId, false, null, [], false));
            }

            using var link = await letta.V1Async(cancel);
            return await act(person, link);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<IdentityView>.Invalid("", $"The Letta server could not be asked: {LettaFailures.Advised(why)}");
        }
    }

    private async Task<Theirs?> PersonAsync(int id, CancellationToken cancel)
    {
        await using var registry = await writes.OpenAsync(cancel);
        if (await registry.LettaUsers.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancel) is not { } person)
        {
            return null;
        }

        var same = await MessageReader.SameAsync(registry, id, cancel);
        var isBeingAnswered = await PersonRows
            .Queue(registry, same)
            .AnyAsync(e => e.Status == Registry.Messaging.QueueStatus.Processing, cancel);
        var names = await PersonNames.ReadAsync(registry, [id], cancel);
        return new(id, names[id].Name, Empty(person.LettaIdentityId), Empty(person.LettaBlockId), isBeingAnswered);
    }

    private async Task RecordAsync(string act, int id, CancellationToken cancel)
    {
        await using var registry = await writes.OpenAsync(cancel);
        await registry.RecordAsync(act, "letta_users", $"{id}", null, cancel);
    }

    private static string? Empty(string? id) => string.IsNullOrWhiteSpace(id) ? null : id;

    private sealed record Theirs(int Id, string Name, string? IdentityId, string? BlockId, bool IsBeingAnswered);
}

/// <summary>What a V1 server has of a person.</summary>
/// <param name="Notice">Why there can be neither; null on a V1 server.</param>
/// <param name="IdentityExists">Whether the server knows it.</param>
/// <param name="AttachedTo">The agents that have the block now.</param>
/// <param name="IsLeftBehind">It is attached although nobody answers the person.</param>
public sealed record IdentityView(
    string? Notice,
    string? IdentityId,
    bool IdentityExists,
    string? IdentityName,
    string? BlockId,
    bool BlockExists,
    string? BlockLabel,
    IReadOnlyList<string> AttachedTo,
    bool IsLeftBehind
);
