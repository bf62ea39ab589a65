using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>The backups on the Overview: as of when everything can be got back, and what keeps it from being so.</summary>
internal sealed class BackupsArea(
    IDbContextFactory<RegistryDbContext> registries,
    BackupService backups,
    ScheduledBackups own,
    RecoveryKits kits,
    BackupActivity activity,
    TimeProvider clock
) : IOverviewArea
{
    /// <summary>So long without a restore test that went well, and nobody knows any more whether backups can be restored.</summary>
    internal static readonly TimeSpan TooLong = TimeSpan.FromDays(10);

    private const int MostBars = 20;

    private static readonly AttentionAct OpenTargets = new("Open the targets", Policies.ReadBackups)
    {
        Url = Urls.BackupSettings,
        Api = "GET /api/backup-settings/targets",
    };

    public string Title => "Backups";

    public string Url => Urls.Backups;

    public string Icon => "backup";

    public int Order => 40;

    public string Policy => Policies.ReadBackups;

    public IReadOnlyCollection<string>? Follows =>
        [Tables.Backups, Tables.BackupCopies, Tables.BackupSettings, Tables.BackupTargets, Tables.ScheduledJobs];

    public IDisposable Subscribe(Action changed) => activity.Subscribe(changed);

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var proven = await backups.FindProvenAsync(cancel);
        var newest = await backups.PageAsync(new(0, MostBars), cancel);
        return new()
        {
            Tile = TileOf(proven, newest),
            Attention = newest.Total == 0 ? [] : await AttentionAsync(newest.Items, cancel),
            Steps = [MakeOne(proven is not null), KeepTheKit(await kits.IsKeptAsync(cancel))],
        };
    }

    private static FirstStep MakeOne(bool isDone) =>
        new(
            "Make a backup",
            "Each backup is tested by restoring it into a temporary database.",
            Urls.Backups,
            isDone,
            Policies.MakeBackups
        );

    private static FirstStep KeepTheKit(bool isDone) =>
        new(
            "Keep the recovery kit",
            "Print what is needed to recover if this machine is lost, and keep it elsewhere.",
            Urls.RecoveryKit,
            isDone,
            Policies.RevealSecrets
        );

    private OverviewTile TileOf(BackupRow? proven, PageOf<BackupRow> newest)
    {
        var tested = proven?.DrilledAt is { } at ? $", restore-tested {When.Relative(clock.GetUtcNow() - at)}" : "";
        return new("Recoverable as of", proven is null ? "Not yet" : null, $"{Counted(newest.Total)}{tested}", ToneOf(proven, newest.Items))
        {
            At = proven?.CreatedAt,
            Picture = new BarsPicture(
                $"The newest backups by size: {newest.Items.Count(row => row.IsProven)} of {newest.Items.Count} are restore-tested",
                [.. newest.Items.Reverse().Select(row => new SmallBar(row.SizeBytes ?? 0, ToneOf(row)))]
            ),
        };
    }

    private static Tone ToneOf(BackupRow? proven, IReadOnlyList<BackupRow> newest) =>
        newest.FirstOrDefault(row => row.Status != BackupStatus.InProgress)?.Trouble is not null ? Tone.Bad
        : proven is null ? Tone.Warning
        : Tone.Good;

    private static Tone ToneOf(BackupRow row) =>
        row.Trouble is not null ? Tone.Bad
        : row.IsProven ? Tone.Good
        : Tone.Neutral;

    private static string Counted(int backups) =>
        backups == 0 ? "None yet" : string.Create(CultureInfo.InvariantCulture, $"{backups:N0} backup{(backups == 1 ? "" : "s")}");

    private static string At(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    private async Task<IReadOnlyList<Attention>> AttentionAsync(IReadOnlyList<BackupRow> newest, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        Attention?[] all =
        [
            Of(await BackupNoticeWorker.FailedAsync(registry, cancel), BackUpNow),
            Of(await BackupNoticeWorker.DrillAsync(registry, cancel), BackUpNow),
            Of(await BackupNoticeWorker.OverdueAsync(registry, now, cancel), BackUpNow),
            await UntestedAsync(registry, now, cancel),
            Of(await BackupNoticeWorker.CopiesAsync(registry, cancel), OpenTargets),
        ];
        return [.. all.OfType<Attention>().Select(Going)];
    }

    /// <summary>What helps is already being done, or must wait for what is.</summary>
    private Attention Going(Attention attention) =>
        activity.Current is { } going && attention.Act?.RunAsync is not null
            ? attention with
            {
                Detail = $"Under way: {going.Text}.",
                Act = null,
            }
            : attention;

    /// <summary>The console tells the same by its notifications.</summary>
    private static Attention? Of(Notice? notice, AttentionAct act) =>
        notice is null
            ? null
            : new(notice.Level == NoticeLevel.Error ? Tone.Bad : Tone.Warning, notice.Title, notice.Message) { Act = act };

    private async Task<Attention?> UntestedAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel)
    {
        var kept = registry.Backups.Where(b => b.Status == BackupStatus.Completed);
        var first = await kept.OrderBy(b => b.Id).Select(b => (DateTimeOffset?)b.CreatedAt).FirstOrDefaultAsync(cancel);
        var tested = await kept.Where(b => b.DrilledAt != null && b.DrillFailure == null)
            .OrderByDescending(b => b.DrilledAt)
            .Select(b => b.DrilledAt)
            .FirstOrDefaultAsync(cancel);
        if (first is null || (tested is not null && now - tested < TooLong))
        {
            return null;
        }

        var detail = tested is { } at ? $"The last successful restore test was at {At(at)}." : "There was no successful restore test yet.";
        return new(Tone.Warning, "The backups have not been restore-tested for too long", detail)
        {
            Act = new("Run the restore test now", Policies.MakeBackups)
            {
                RunAsync = TestRestoreAsync,
                Api = "POST /api/backups/{id}/drill",
            },
        };
    }

    private AttentionAct BackUpNow => new("Back up now", Policies.MakeBackups) { RunAsync = BackUpAsync, Api = "POST /api/backups" };

    private async Task<Outcome<string>> BackUpAsync(CancellationToken cancel) =>
        Begun(await backups.BackUpNowAsync(cancel), "Backup started.");

    private async Task<Outcome<string>> TestRestoreAsync(CancellationToken cancel)
    {
        try
        {
            return Begun(await own.BeginDrillAsync(cancel), "Restore test started.");
        }
        catch (BackupFailedException e)
        {
            return new Outcome<string>.Invalid("", e.Message);
        }
    }

    private static Outcome<string> Begun<T>(Outcome<T> outcome, string sentence) =>
        outcome.ProblemWith("The backup") is { } problem ? new Outcome<string>.Invalid("", problem) : new Outcome<string>.Ok(sentence);
}
