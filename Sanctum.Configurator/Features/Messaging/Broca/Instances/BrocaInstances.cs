using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>
/// Lives beside running Brocas: shows how they are, edits their files, and requeues or flushes what Broca itself would not mend. Which
/// folders there are and what is in their files is for administrators with every permission.
/// </summary>
public sealed class BrocaInstances
{
    private const string MayNot = "You don't have permission to see Broca. It requires messages:manage.";
    private const string MayNotWrite =
        "Only an administrator with every permission may do that: it changes files of the console's machine.";

    private readonly BrocaFolders _folders;
    private readonly BrocaConfigFiles _config;
    private readonly OperatorFiles _files;
    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly CurrentUser _caller;
    private readonly TimeProvider _clock;

    internal BrocaInstances(
        BrocaFolders folders,
        BrocaConfigFiles config,
        OperatorFiles files,
        IDbContextFactory<RegistryDbContext> registries,
        CurrentUser caller,
        TimeProvider clock
    ) => (_folders, _config, _files, _registries, _caller, _clock) = (folders, config, files, registries, caller, clock);

    public async Task<Outcome<BrocaInstanceList>> ListAsync(CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaInstanceList>(Policies.ManageMessages) is { } mayNot)
        {
            return mayNot;
        }

        var (folders, note) = await _folders.ListAsync(cancel);
        var agents = await AgentsAsync(cancel);
        return new Outcome<BrocaInstanceList>.Ok(
            new(await Task.Run(() => folders.Select(folder => Look(folder, agents)).ToList(), cancel), note)
        );
    }

    public async Task<Outcome<BrocaInstance>> AddAsync(BrocaFolderForm form, CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaInstance>(Policies.Everything) is { } mayNot)
        {
            return mayNot;
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<BrocaInstance>.Invalid(reasons);
        }

        if (await _folders.AddAsync(form.Path, cancel) is { } refusal)
        {
            return new Outcome<BrocaInstance>.Invalid(nameof(form.Path), refusal);
        }

        var real = Folders.Real(Folders.Expand(form.Path.Trim()));
        var added = (await _folders.ListAsync(cancel)).Folders.First(folder => folder.Path == real);
        await RecordAsync("add Broca", added, null, cancel);
        return new Outcome<BrocaInstance>.Ok(Look(added, await AgentsAsync(cancel)));
    }

    /// <summary>Takes a folder that was added by hand out of the list; nothing of it is changed.</summary>
    public Task<Outcome<BrocaFolderForm>> RemoveAsync(string id, CancellationToken cancel) =>
        WithAsync<BrocaFolderForm>(
            Policies.Everything,
            id,
            async folder =>
            {
                if (!folder.IsAdded)
                {
                    return new Outcome<BrocaFolderForm>.Invalid("", "It lies in the Sanctum folder, and is found there again.");
                }

                await _folders.RemoveAsync(folder, cancel);
                await RecordAsync("remove Broca", folder, null, cancel);
                return new Outcome<BrocaFolderForm>.Ok(new() { Path = folder.Path });
            },
            cancel
        );

    public Task<Outcome<BrocaSettingsView>> FindSettingsAsync(string id, CancellationToken cancel) =>
        WithAsync(
            Policies.Everything,
            id,
            folder => Task.FromResult<Outcome<BrocaSettingsView>>(new Outcome<BrocaSettingsView>.Ok(_config.Read(folder))),
            cancel
        );

    public async Task<Outcome<BrocaSettingsView>> SaveSettingsAsync(string id, BrocaSettingsForm form, CancellationToken cancel) =>
        FormRules.Check(form) is { Count: > 0 } reasons
            ? await RefuseAsync<BrocaSettingsView>(Policies.Everything) ?? new Outcome<BrocaSettingsView>.Invalid(reasons)
            : await WithAsync<BrocaSettingsView>(
                Policies.Everything,
                id,
                async folder =>
                {
                    var (isStale, refusal) = _config.Write(folder, form);
                    if (isStale)
                    {
                        return new Outcome<BrocaSettingsView>.Conflict(_config.Read(folder));
                    }

                    if (refusal is { } wrong)
                    {
                        return new Outcome<BrocaSettingsView>.Invalid(wrong.Field, wrong.Reason);
                    }

                    await RecordAsync("configure Broca", folder, string.Join(", ", form.Variables.Keys), cancel);
                    return new Outcome<BrocaSettingsView>.Ok(_config.Read(folder));
                },
                cancel
            );

    /// <summary>Lets Broca attempt entries again that failed or were flushed; those in processing only where it does not run.</summary>
    public Task<Outcome<BrocaChanged>> RequeueAsync(string id, BrocaEntriesForm form, CancellationToken cancel) =>
        SetAsync(id, form, "requeue in Broca", "pending", ["failed", "flushed"], "queued again", cancel);

    /// <summary>Takes entries out of Broca's queue; those in processing only where it does not run.</summary>
    public Task<Outcome<BrocaChanged>> FlushAsync(string id, BrocaEntriesForm form, CancellationToken cancel) =>
        SetAsync(id, form, "flush in Broca", "flushed", ["pending", "failed"], "flushed", cancel);

    private async Task<Outcome<BrocaChanged>> SetAsync(
        string id,
        BrocaEntriesForm form,
        string act,
        string status,
        string[] from,
        string done,
        CancellationToken cancel
    ) =>
        FormRules.Check(form) is { Count: > 0 } reasons || form.Ids.Length == 0
            ? await RefuseAsync<BrocaChanged>(Policies.ManageMessages)
                ?? new Outcome<BrocaChanged>.Invalid(nameof(form.Ids), "Give the ids of 1 to 1,000 entries.")
            : await WithAsync<BrocaChanged>(
                Policies.ManageMessages,
                id,
                async folder =>
                {
                    var isAtRest = BrocaProcess.Of(folder.Path, _files).State is BrocaState.Stopped or BrocaState.Stale;
                    string[] allowed = isAtRest ? [.. from, "processing"] : from;
                    var changed = await Task.Run(() => BrocaQueueReader.Set(folder.Path, _files, form.Ids, status, allowed), cancel);
                    await RecordAsync(act, folder, string.Join(", ", form.Ids), cancel);
                    return new Outcome<BrocaChanged>.Ok(new(changed, form.Ids.Length, TextOf(changed, form.Ids.Length, done, isAtRest)));
                },
                cancel
            );

    private static string TextOf(int changed, int asked, string done, bool isAtRest) =>
        string.Create(CultureInfo.InvariantCulture, $"{changed:N0} of {asked:N0} {(asked == 1 ? "entry" : "entries")} {done}.")
        + (changed == asked ? "" : $" The others have another status by now{(isAtRest ? "" : ", or are in processing while Broca runs")}.");

    private BrocaInstance Look(BrocaFolder folder, IReadOnlyDictionary<string, int> agents)
    {
        var process = BrocaProcess.Of(folder.Path, _files);
        var (queue, shape, problem) = LookAtQueue(folder);
        BrocaSettingsView? settings = null;
        try
        {
            settings = _config.Read(folder);
        }
        catch (BrocaFileException e)
        {
            problem = $"{problem} {e.Message}".Trim();
        }

        var uid = settings?.Variables.FirstOrDefault(variable => variable.Key == "AGENT_ID")?.Value;
        return new(
            folder.Id,
            folder.Name,
            folder.Path,
            folder.IsAdded,
            process,
            shape,
            settings?.MessageMode,
            uid,
            uid is not null && agents.TryGetValue(uid, out var agent) ? agent : null,
            queue,
            settings?.Problems ?? [],
            problem
        );
    }

    private (BrocaQueueState? Queue, string? Shape, string? Problem) LookAtQueue(BrocaFolder folder)
    {
        try
        {
            var (queue, shape) = BrocaQueueReader.Read(folder.Path, _files, _clock.GetUtcNow());
            return (queue, shape, null);
        }
        catch (BrocaFileException e)
        {
            return (null, null, e.Message);
        }
    }

    private async Task<Outcome<T>> WithAsync<T>(string policy, string id, Func<BrocaFolder, Task<Outcome<T>>> act, CancellationToken cancel)
    {
        if (await RefuseAsync<T>(policy) is { } mayNot)
        {
            return mayNot;
        }

        try
        {
            return await _folders.FindAsync(id, cancel) is { } folder ? await act(folder) : new Outcome<T>.NotFound();
        }
        catch (BrocaFileException e)
        {
            return new Outcome<T>.Invalid("", e.Message);
        }
    }

    private async Task<Outcome<T>.Invalid?> RefuseAsync<T>(string policy) =>
        !await _caller.MayAsync(Policies.ManageMessages) ? new Outcome<T>.Invalid("", MayNot)
        : await _caller.MayAsync(policy) ? null
        : new Outcome<T>.Invalid("", MayNotWrite);

    private async Task<IReadOnlyDictionary<string, int>> AgentsAsync(CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return await registry
            .Agents.AsNoTracking()
            .Where(agent => agent.LettaUid != null)
            .ToDictionaryAsync(agent => agent.LettaUid!, agent => agent.Id, cancel);
    }

    private async Task RecordAsync(string act, BrocaFolder folder, string? what, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        registry.Reason = string.IsNullOrEmpty(what) ? folder.Name : $"{folder.Name}: {what[..Math.Min(what.Length, 200)]}";
        await registry.RecordAsync(act, "broca_imports", folder.Id, null, cancel);
    }
}
