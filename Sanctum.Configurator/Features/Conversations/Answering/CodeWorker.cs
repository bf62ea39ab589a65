using System.Threading.Channels;
using Sanctum.Configurator.Features.Conversations.Keeping;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>Finds the code of answers after they have ended, so that nobody waits for it: what another console left behind too.</summary>
internal sealed partial class CodeWorker(
    IServiceScopeFactory scopes,
    Signal<CodeWaits> waiting,
    TimeProvider clock,
    ILogger<CodeWorker> log
) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private readonly HashSet<int> _failed = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var heard = waiting.Subscribe(_ => _wake.Writer.TryWrite(true));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stoppingToken);
                await SleepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.WhenAny(Task.Delay(Look, clock, stoppingToken));
            }
        }
    }

    /// <summary>Keeps the code of all answers that have ended.</summary>
    internal async Task RoundAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WaitingCode>().ArchiveAsync(null, _failed, cancel);
    }

    private async Task SleepAsync(CancellationToken cancel)
    {
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(_wake.Reader.ReadAsync(awake.Token).AsTask(), Task.Delay(Look, clock, awake.Token));
        await awake.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    [LoggerMessage(LogLevel.Error, "The code of answers could not be looked for; retrying")]
    private partial void LogFailed(Exception exception);
}
