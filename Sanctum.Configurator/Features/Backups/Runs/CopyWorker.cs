using System.Threading.Channels;
using Sanctum.Configurator.Features.Backups.Targets;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Looks after the targets each minute, and at once when a backup has been made.</summary>
internal sealed partial class CopyWorker(BackupCopier copier, BackupActivity activity, TimeProvider clock, ILogger<CopyWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await copier.StopAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Look() => looks.Writer.TryWrite(true);

        await using var timer = clock.CreateTimer(_ => Look(), null, Glance, Glance);
        using var made = activity.Subscribe(() =>
        {
            if (activity.Current is null)
            {
                Look();
            }
        });
        copier.Wanted += Look;
        try
        {
            await TryAsync(copier.ResumeAsync, stoppingToken);
            Look();
            await foreach (var _ in looks.Reader.ReadAllAsync(stoppingToken))
            {
                await TryAsync(copier.TickAsync, stoppingToken);
            }
        }
        finally
        {
            copier.Wanted -= Look;
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> act, CancellationToken cancel)
    {
        try
        {
            await act(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The backup targets could not be processed; retrying in a minute")]
    private partial void LogFailed(Exception exception);
}
