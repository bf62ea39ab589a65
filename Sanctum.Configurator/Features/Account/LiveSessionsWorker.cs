namespace Sanctum.Configurator.Features.Account;

/// <summary>
/// Looks every second whether the sessions of the open circuits still hold, whoever ended them: this console, another one that shares the
/// database, or another program.
/// </summary>
internal sealed partial class LiveSessionsWorker(
    IServiceScopeFactory scopes,
    LiveSessions live,
    TimeProvider clock,
    ILogger<LiveSessionsWorker> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    internal async Task LookAsync(CancellationToken cancel)
    {
        var seen = live.TakeSeen();
        var circuits = live.Circuits;
        if (circuits.Count == 0 && seen.Count == 0)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<SessionService>();
        foreach (var (id, at) in seen)
        {
            await sessions.SeeAsync(id, at, cancel);
        }

        var holding = (await sessions.FindAsync(circuits.Select(c => c.SessionId).ToHashSet(), cancel)).ToDictionary(s => s.Id);
        foreach (var circuit in circuits)
        {
            await CompareAsync(circuit, holding.GetValueOrDefault(circuit.SessionId));
        }
    }

    /// <summary>A circuit that can't be told, because it is just closing for example, must not keep the others from being told.</summary>
    private async Task CompareAsync(LiveCircuit circuit, LiveSession? session)
    {
        try
        {
            await circuit.CompareAsync(session);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotTold(circuit.SessionId, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "An open page of session {SessionId} could not be notified of a session change")]
    private partial void LogNotTold(int sessionId, Exception exception);

    [LoggerMessage(LogLevel.Error, "Checking the open sessions failed; pages of ended sessions stay open until the check works again")]
    private partial void LogFailed(Exception exception);
}
