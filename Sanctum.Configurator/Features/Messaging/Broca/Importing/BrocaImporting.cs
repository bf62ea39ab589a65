using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Previews and imports a private copy: all of it in one transaction, or nothing.</summary>
internal sealed class BrocaImporting(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, TimeProvider clock)
{
    /// <exception cref="BrocaFileException">It can't be read.</exception>
    public async Task<BrocaPreview> PreviewAsync(BrocaFile file, string? source, int? agent, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var reading = await registry.BeginReadingAsync(cancel);
        using var database = Open(file, cancel, out var stop);
        using (stop)
        {
            var name = SourceOf(file, source);
            var shape = BrocaShape.Of(database);
            var target = new BrocaTarget(name, null, agent, clock.GetUtcNow());
            var report = await new BrocaTransfer(registry, database, target, _ => { }, cancel).RunAsync();
            return new(
                file.Id,
                file.Name,
                file.Size,
                file.Hash,
                name,
                agent,
                shape.Name,
                shape.Title,
                await NotesAsync(registry, file, name, cancel),
                report
            );
        }
    }

    /// <exception cref="BrocaFileException">It can't be read; nothing was written.</exception>
    public async Task<(int Import, BrocaReport Report)> ImportAsync(
        BrocaFile file,
        BrocaImportForm form,
        Action<BrocaProgress> progress,
        CancellationToken cancel
    )
    {
        var began = clock.GetTimestamp();
        using var database = Open(file, cancel, out var stop);
        using var _ = stop;
        var shape = BrocaShape.Of(database);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var import = new BrocaImport
        {
            Source = SourceOf(file, form.Source),
            FileName = file.Name,
            FileHash = file.Hash,
            Shape = shape.Name,
            AgentId = form.AgentId,
            ImportedBy = caller.Actor.Name,
            ImportedAt = clock.GetUtcNow(),
            Report = null,
        };
        registry.Add(import);
        await registry.SaveChangesAsync(cancel);
        registry.ChangeTracker.Clear();

        var target = new BrocaTarget(import.Source, import.Id, form.AgentId, import.ImportedAt);
        var report = await new BrocaTransfer(registry, database, target, progress, cancel).RunAsync();
        if (report.Problem is not null)
        {
            // Without a commit, all of it is taken back.
            return (0, report);
        }

        report = report with { Seconds = (int)Math.Ceiling(clock.GetElapsedTime(began).TotalSeconds) };
        registry.Attach(import);
        import.Report = JsonSerializer.Serialize(report, ApiJson.Options);
        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync("import", "broca_imports", $"{import.Id}", null, cancel);
        progress(new("Committing", 1, 1));
        cancel.ThrowIfCancellationRequested();
        await registry.CommitWritingAsync(CancellationToken.None);
        return (import.Id, report);
    }

    private static BrocaDatabase Open(BrocaFile file, CancellationToken cancel, out IDisposable stop)
    {
        var database = BrocaDatabase.OpenCopy(file.Copy);
        stop = database.StopWith(cancel);
        try
        {
            database.CheckWhole();
            return database;
        }
        catch
        {
            stop.Dispose();
            database.Dispose();
            throw;
        }
    }

    private static string SourceOf(BrocaFile file, string? source) =>
        string.IsNullOrWhiteSpace(source) ? file.DefaultSource : StorableText.Of(source).Trim();

    private static async Task<IReadOnlyList<string>> NotesAsync(
        RegistryDbContext registry,
        BrocaFile file,
        string source,
        CancellationToken cancel
    )
    {
        var notes = new List<string>();
        if (file.IsCut)
        {
            notes.Add(
                "Broca kept what it wrote last in a second file, sanctum.db-wal, which is not in this one. Stop Broca and copy the file again, or import it by its path."
            );
        }

        var same = await registry
            .BrocaImports.Where(i => i.FileHash == file.Hash && i.UndoneAt == null)
            .Select(i => i.Source)
            .Distinct()
            .ToListAsync(cancel);
        if (same.Find(other => other != source) is { } elsewhere)
        {
            notes.Add($"This very file was imported already as “{elsewhere}”. As “{source}” all of its messages would be here twice.");
        }
        else if (same.Count > 0)
        {
            notes.Add("This very file was imported already. Nothing of it would be new.");
        }

        return notes;
    }
}
