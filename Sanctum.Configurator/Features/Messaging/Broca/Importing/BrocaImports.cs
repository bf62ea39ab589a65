using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Previews, imports and undoes databases of Broca for people and programs.</summary>
public sealed class BrocaImports
{
    private const string Name = "Import from Broca";
    private const string MayNot = "You don't have permission to import from Broca. It requires messages:manage.";
    private const string MayNotRead = "Only an administrator with every permission may import a file of the console's machine.";
    private const string Busy = "Another import is running. Wait until it has ended.";
    private const string Forgotten = "The file is not here any more. Choose it again.";

    private readonly BrocaFiles _files;
    private readonly BrocaImporting _importing;
    private readonly BrocaImportRunner _runner;
    private readonly LongRuns _runs;
    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly CurrentUser _caller;
    private readonly TimeProvider _clock;

    internal BrocaImports(
        BrocaFiles files,
        BrocaImporting importing,
        BrocaImportRunner runner,
        LongRuns runs,
        IDbContextFactory<RegistryDbContext> registries,
        CurrentUser caller,
        TimeProvider clock
    ) => (_files, _importing, _runner, _runs, _registries, _caller, _clock) = (files, importing, runner, runs, registries, caller, clock);

    /// <summary>Takes a file that is sent, and says what importing it would do. Nothing is written.</summary>
    public Task<Outcome<BrocaPreview>> PreviewAsync(Stream upload, string name, CancellationToken cancel) =>
        PreviewAsync(Policies.ManageMessages, () => _files.TakeAsync(upload, name, cancel), cancel);

    /// <summary>The same for a file of the console's machine.</summary>
    public Task<Outcome<BrocaPreview>> PreviewAsync(BrocaPathForm form, CancellationToken cancel) =>
        FormRules.Check(form) is { Count: > 0 } reasons
            ? Task.FromResult<Outcome<BrocaPreview>>(new Outcome<BrocaPreview>.Invalid(reasons))
            : PreviewAsync(Policies.Everything, () => _files.TakePathAsync(form.Path.Trim(), cancel), cancel);

    /// <summary>The preview of a file that was taken, as another source or of another agent.</summary>
    public Task<Outcome<BrocaPreview>> PreviewAsync(BrocaImportForm form, CancellationToken cancel) =>
        PreviewAsync(
            Policies.ManageMessages,
            () => Task.FromResult(_files.Find(form.PreviewId) ?? throw new BrocaFileException(Forgotten)),
            cancel,
            form
        );

    /// <summary>Begins to import a file that was taken, and does not wait for it.</summary>
    public async Task<Outcome<BrocaRun>> BeginAsync(BrocaImportForm form, CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaRun>() is { } mayNot)
        {
            return mayNot;
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<BrocaRun>.Invalid(reasons);
        }

        if (_files.Find(form.PreviewId) is not { } file)
        {
            return new Outcome<BrocaRun>.Invalid(nameof(form.PreviewId), Forgotten);
        }

        if (await UnknownAgentAsync(form.AgentId, cancel) is { } unknown)
        {
            return new Outcome<BrocaRun>.Invalid(nameof(form.AgentId), unknown);
        }

        var arguments = JsonSerializer.Serialize(new BrocaRunArguments(form.Source ?? file.DefaultSource, file.Name), ApiJson.Options);
        if (file.IsInUse || await _runs.BeginAsync(BrocaImportRunner.Action, Name, arguments, null, cancel) is not { } id)
        {
            return new Outcome<BrocaRun>.Invalid("", Busy);
        }

        _runner.Begin(id, file, form, _caller);
        return await FindRunAsync(id, cancel);
    }

    /// <summary>The newest import that was begun, or the one with this id.</summary>
    public async Task<Outcome<BrocaRun>> FindRunAsync(int? id, CancellationToken cancel) =>
        await RefuseAsync<BrocaRun>() is { } mayNot ? mayNot
        : await _runs.FindAsync(BrocaImportRunner.Action, id, cancel) is { } run && ViewOf(run) is { } view ? new Outcome<BrocaRun>.Ok(view)
        : new Outcome<BrocaRun>.NotFound();

    /// <summary>Stops it; what it has brought so far is taken back.</summary>
    public async Task<Outcome<BrocaRun>> CancelAsync(int id, CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaRun>() is { } mayNot)
        {
            return mayNot;
        }

        return await _runs.FindAsync(BrocaImportRunner.Action, id, cancel) is null ? new Outcome<BrocaRun>.NotFound()
            : _runner.Cancel(id) || await _runs.CancelAsync(BrocaImportRunner.Action, id, cancel) ? await FindRunAsync(id, cancel)
            : new Outcome<BrocaRun>.Invalid("", "This import has ended already.");
    }

    /// <summary>Imports that were made, the newest first.</summary>
    public async Task<PageOf<BrocaImportRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaRun>() is not null)
        {
            return new([], 0);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var total = await registry.BrocaImports.CountAsync(cancel);
        var rows = await registry
            .BrocaImports.AsNoTracking()
            .OrderByDescending(i => i.Id)
            .Skip(page.Skip)
            .Take(page.Take)
            .ToListAsync(cancel);
        return new([.. rows.Select(BrocaImportRow.Of)], total);
    }

    /// <summary>Whose messages an import can be.</summary>
    public async Task<IReadOnlyList<BrocaAgent>> ListAgentsAsync(CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaRun>() is not null)
        {
            return [];
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return await registry
            .Agents.AsNoTracking()
            .OrderBy(a => a.Name)
            .ThenBy(a => a.Id)
            .Select(a => new BrocaAgent(a.Id, a.Name))
            .Take(500)
            .ToListAsync(cancel);
    }

    public async Task<Outcome<BrocaImportRow>> FindAsync(int id, CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaImportRow>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return await registry.BrocaImports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel) is { } import
            ? new Outcome<BrocaImportRow>.Ok(BrocaImportRow.Of(import))
            : new Outcome<BrocaImportRow>.NotFound();
    }

    /// <summary>Takes away what an import brought; what was used since stays, and is counted.</summary>
    public async Task<Outcome<BrocaImportRow>> UndoAsync(int id, CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaImportRow>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.BrocaImports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel) is not { } import)
        {
            return new Outcome<BrocaImportRow>.NotFound();
        }

        if (import.UndoneAt is not null)
        {
            return new Outcome<BrocaImportRow>.Invalid("", "This import was undone already.");
        }

        registry.Reason = "Import from Broca undone";
        var undone = await new ImportUndo(registry, id, cancel).RunAsync();
        registry.Attach(import);
        import.Report = JsonSerializer.Serialize(BrocaImportRow.ReportOf(import) with { Undone = undone }, ApiJson.Options);
        (import.UndoneAt, import.UndoneBy) = (_clock.GetUtcNow(), _caller.Actor.Name);
        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync("undo import", "broca_imports", $"{id}", null, cancel);
        await registry.CommitWritingAsync(cancel);
        return new Outcome<BrocaImportRow>.Ok(BrocaImportRow.Of(import));
    }

    /// <summary>What an import kept aside, as it was.</summary>
    public async Task<PageOf<BrocaAsideRow>> AsideAsync(int id, PageRequest page, CancellationToken cancel)
    {
        if (await RefuseAsync<BrocaRun>() is not null)
        {
            return new([], 0);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var rows = registry.BrocaOrphans.AsNoTracking().Where(o => o.ImportId == id && !o.SourceTable.EndsWith(":before"));
        return new(
            await rows.OrderBy(o => o.Id)
                .Skip(page.Skip)
                .Take(page.Take)
                .Select(o => new BrocaAsideRow(o.Id, o.SourceTable, o.SourceKey, o.Reason, o.Row ?? "{}"))
                .ToListAsync(cancel),
            await rows.CountAsync(cancel)
        );
    }

    private async Task<Outcome<BrocaPreview>> PreviewAsync(
        string policy,
        Func<Task<BrocaFile>> take,
        CancellationToken cancel,
        BrocaImportForm? form = null
    )
    {
        if (!await _caller.MayAsync(policy) || !await _caller.MayAsync(Policies.ManageMessages))
        {
            return new Outcome<BrocaPreview>.Invalid("", policy == Policies.Everything ? MayNotRead : MayNot);
        }

        if (form is not null && FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<BrocaPreview>.Invalid(reasons);
        }

        try
        {
            var file = await take();
            try
            {
                // SQLite works synchronously: the circuit goes on meanwhile.
                return new Outcome<BrocaPreview>.Ok(
                    await Task.Run(() => _importing.PreviewAsync(file, form?.Source, form?.AgentId, cancel), cancel)
                );
            }
            catch (BrocaFileException) when (form is null)
            {
                _files.Forget(file);
                throw;
            }
        }
        catch (BrocaFileException e)
        {
            cancel.ThrowIfCancellationRequested();
            return new Outcome<BrocaPreview>.Invalid(policy == Policies.Everything ? nameof(BrocaPathForm.Path) : "file", e.Message);
        }
    }

    private async Task<Outcome<T>.Invalid?> RefuseAsync<T>() =>
        await _caller.MayAsync(Policies.ManageMessages) ? null : new Outcome<T>.Invalid("", MayNot);

    private async Task<string?> UnknownAgentAsync(int? id, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return id is null || await registry.Agents.AnyAsync(a => a.Id == id, cancel)
            ? null
            : "This agent no longer exists. Choose another.";
    }

    private BrocaRun? ViewOf(LongRun run) => BrocaRunView.Of(run, _runner.ProgressOf(run.Id), _runner.IsCancelled(run.Id));
}
