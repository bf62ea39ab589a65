using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// Backups of half a gigabyte of log lines and JSON against the sqlite3 command on the same file. On demand, like <see
/// cref="ConsoleBenchmarks"/>.
/// </summary>
public sealed class BackupBenchmarks(ITestOutputHelper output) : IDisposable
{
    private const string Passphrase = "the lamp is lit at nine";
    private const int Lines = 1_200_000;
    private const int Rounds = 3;
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMilliseconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-bench-").FullName;

    private string Source => PathOf("source.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Backing_up_continuing_and_restoring_against_sqlite3()
    {
        Fill();
        output.WriteLine(Line("the database, MB", new FileInfo(Source).Length / 1e6));
        var (ours, theirs, back, cps) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        PageHashes? hashes = null;
        Manifest? manifest = null;
        var growth = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var file = PathOf("full.sanctum");
            theirs.Add(await CommandAsync("sqlite3", Source, $".backup {PathOf("theirs.db")}"));
            (var ms, growth) = await TimeAsync(async () => (manifest, hashes) = await BackUpAsync(file, null));
            ours.Add(ms);
            cps.Add(
                await CommandAsync("cp", Source, PathOf("cp.db")) + await CommandAsync("sqlite3", PathOf("cp.db"), "PRAGMA quick_check")
            );
            back.Add((await TimeAsync(() => RestoreAsync(file, PathOf("back.db")))).Milliseconds);
            output.WriteLine(
                Line("round: .backup, ms", theirs[^1])
                    + Line(", full backup", ours[^1])
                    + Line(", memory growth, MB", growth)
                    + Line("; cp and quick_check, ms", cps[^1])
                    + Line(", restore", back[^1])
            );
        }

        output.WriteLine(Line("full backup, MB", new FileInfo(PathOf("full.sanctum")).Length / 1e6));
        Say("full backup: speed against .backup", [.. theirs.Zip(ours, (a, b) => a / b)]);
        Say("restore: time against cp and quick_check", [.. back.Zip(cps, (a, b) => a / b)]);
        output.WriteLine(
            Line("drill (restore, integrity_check, counts), ms", (await TimeAsync(() => DrillAsync(PathOf("full.sanctum")))).Milliseconds)
        );

        var head = new ChainHead(
            manifest!.Id,
            PathOf("full.sanctum"),
            PassphraseKeys.Of(Passphrase),
            new Dictionary<string, PageHashes> { [BackupMaker.RegistryPart] = hashes! }
        );
        await BackUpAsync(PathOf("nothing.sanctum"), head);
        output.WriteLine(Line("increment where nothing changed, bytes", new FileInfo(PathOf("nothing.sanctum")).Length));

        Run("UPDATE logs SET message = message || ' (seen)' WHERE id % 100 = 7");
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        var changed = HashesNow(hashes);
        var pages = Enumerable.Range(0, changed.Count).Count(page => page >= hashes!.Count || changed[page] != hashes[page]);
        var (taken, _) = await TimeAsync(async () => (manifest, _) = await BackUpAsync(PathOf("increment.sanctum"), head));
        output.WriteLine(
            Line("increment after 1 % of the rows changed, all over the file: changed pages, MB", (double)pages * changed.PageSize / 1e6)
                + Line(", before compression against them", manifest.Parts[0].Size / ((double)pages * changed.PageSize), "0.####")
                + Line(", ms", taken)
                + Line(", MB", new FileInfo(PathOf("increment.sanctum")).Length / 1e6)
        );

        Run($"UPDATE logs SET message = message || ' (read)' WHERE id > {Lines * 99 / 100}");
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        head = new ChainHead(
            manifest.Id,
            PathOf("increment.sanctum"),
            head.Keys,
            new Dictionary<string, PageHashes> { [BackupMaker.RegistryPart] = changed }
        );
        (taken, _) = await TimeAsync(async () => (manifest, _) = await BackUpAsync(PathOf("newest.sanctum"), head));
        var now = HashesNow(changed);
        pages = Enumerable.Range(0, now.Count).Count(page => page >= changed.Count || changed[page] != now[page]);
        output.WriteLine(
            Line("increment after the newest 1 % changed: changed pages, MB", (double)pages * now.PageSize / 1e6)
                + Line(", before compression against them", manifest.Parts[0].Size / ((double)pages * now.PageSize), "0.####")
                + Line(", ms", taken)
        );
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Writers_while_a_backup_runs()
    {
        Fill();
        for (var round = 0; round < Rounds; round++)
        {
            Say("commit of one row alone, ms", await WriteUntilAsync(Task.CompletedTask, atLeast: 600));
            Say(
                "… while a full backup is made, ms",
                await WriteUntilAsync(Task.Run(() => BackUpAsync(PathOf("full.sanctum"), null), Cancel))
            );
            Say("… while it is drilled, ms", await WriteUntilAsync(Task.Run(() => DrillAsync(PathOf("full.sanctum")), Cancel)));
        }
    }

    /// <summary>What the product does: the pages of one moment, packed, hashed and encrypted, and on the disk at the end.</summary>
    private async Task<(Manifest Manifest, PageHashes Hashes)> BackUpAsync(string file, ChainHead? parent)
    {
        using var pages = HeldPages.TryHold(Source);
        using var before = parent is null ? null : ArchiveReader.Open(parent.File, parent.Keys);
        await using var writer = await ArchiveWriter.CreateAsync(file, parent?.Keys ?? PassphraseKeys.Of(Passphrase), before, Cancel);
        var packer = new PartPacker(new("nowhere"), writer, parent, before, 0, new DirectProgress<BackupStep>(_ => { }), []);
        await packer.AddAsync(new(BackupMaker.RegistryPart, Source, IsDatabase: true, Pages: pages), Cancel);
        var written = await writer.FinishAsync(
            parts =>
                new(
                    writer.Id,
                    DateTimeOffset.UnixEpoch,
                    "benchmark",
                    "none",
                    "full",
                    false,
                    parts,
                    parent is null ? null : new(parent.Id, Path.GetFileName(parent.File))
                ),
            Cancel
        );
        return (written.Manifest, packer.Hashes[BackupMaker.RegistryPart]);
    }

    private PageHashes HashesNow(PageHashes? earlier)
    {
        using var pages = SqlitePages.OfFile(Source);
        return PageHashes.Of(pages, earlier, Cancel);
    }

    private static async Task RestoreAsync(string file, string copy)
    {
        using var chain = ArchiveChain.Open(file, Passphrase);
        await chain.UnpackAsync(chain.Manifest.Parts[0], copy, null, Cancel);
    }

    private async Task DrillAsync(string file)
    {
        var copy = PathOf("drill.db");
        using (var chain = ArchiveChain.Open(file, Passphrase))
        {
            await chain.UnpackAsync(chain.Manifest.Parts[0], copy, null, Cancel, isHashed: true);
        }

        Assert.Empty(await RegistrySnapshot.CheckAsync(copy, Cancel));
        await RegistrySnapshot.CountAsync(copy, Cancel);
        File.Delete(copy);
    }

    /// <summary>Milliseconds that each commit took, one begun every ten milliseconds.</summary>
    private async Task<List<double>> WriteUntilAsync(Task end, int atLeast = 0)
    {
        await using var connection = Open();
        await using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO logs (at, level, source, message) VALUES ('2026-11-21 20:00:00.000', 'Info', 'bench', 'a row that somebody writes')";
        var times = new List<double>();
        using var timer = new PeriodicTimer(BetweenWrites);
        while ((!end.IsCompleted || times.Count < atLeast) && await timer.WaitForNextTickAsync(Cancel))
        {
            var clock = Stopwatch.StartNew();
            command.ExecuteNonQuery();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        await end;
        return times;
    }

    /// <summary>Log lines and agents' states, each different, as compressible as such things are.</summary>
    private void Fill()
    {
        Run(
            $$"""
            PRAGMA journal_mode = WAL;
            CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT, source TEXT, message TEXT);
            CREATE TABLE states (id INTEGER PRIMARY KEY, agent INTEGER, state TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{Lines}})
            INSERT INTO logs SELECT i, datetime(1700000000 + i, 'unixepoch') || printf('.%03d', i * 37 % 1000), CASE WHEN i % 50 = 0 THEN 'Warning' ELSE 'Info' END,
                'Sanctum.' || char(65 + i % 26) || 'gents.' || (i * 7919 % 97),
                printf('Request %08x%08x from 10.0.%d.%d ended with %d after %d ms: /v1/agents/agent-%08x/messages', i * 2654435761 % 4294967296, i * 40503 * 7919 % 4294967296,
                    i * 31 % 256, i * 17 % 256, CASE WHEN i % 50 = 0 THEN 502 ELSE 200 END, i * 7919 % 3000, i * 69069 % 4294967296)
            FROM n;
            INSERT INTO states SELECT id, id % 40, json_object('agent', 'agent-' || id % 40, 'at', at, 'memory', json_array(printf('%x', id * 2654435761 % 4294967296), message, source),
                'steps', json_array(id, id * 31 % 977, id * 7919 % 104729), 'text', message || ' and then ' || printf('%x', id * 40503 * 7919 % 4294967296)) FROM logs;
            CREATE INDEX logs_at ON logs (at);
            PRAGMA wal_checkpoint(TRUNCATE);
            """
        );
    }

    private void Run(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 600);
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Source, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>How long it takes, and by how many megabytes the process grows meanwhile, at most.</summary>
    private static async Task<(double Milliseconds, double Growth)> TimeAsync(Func<Task> act)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var (before, most) = (Environment.WorkingSet, Environment.WorkingSet);
        using var watch = new Timer(_ => most = Math.Max(most, Environment.WorkingSet), null, 0, 20);
        var clock = Stopwatch.StartNew();
        await Task.Run(act, Cancel);
        return (clock.Elapsed.TotalMilliseconds, (most - before) / 1e6);
    }

    private static async Task<double> CommandAsync(string command, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
        return clock.Elapsed.TotalMilliseconds;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private void Say(string what, IReadOnlyList<double> figures)
    {
        var sorted = figures.Order().ToList();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: min {sorted[0]:0.##}, median {sorted[sorted.Count / 2]:0.##}, p99 {sorted[(int)((sorted.Count - 1) * 0.99)]:0.##}, max {sorted[^1]:0.##}, of {sorted.Count}"
            )
        );
    }

    private static string Line(string what, double figure, string format = "0.##") =>
        $"{what}: {figure.ToString(format, CultureInfo.InvariantCulture)}";
}
