using System.Collections.Concurrent;
using System.Security.Claims;
using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Features.ScheduledJobs;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Imports away from the page or request that asked for it. When the console stops, the import is taken back as a whole.</summary>
internal sealed partial class BrocaImportRunner(
    IServiceScopeFactory scopes,
    BrocaFiles files,
    TimeProvider clock,
    ILogger<BrocaImportRunner> log
) : IHostedService, IDisposable
{
    public const string Action = "broca_import";

    private readonly CancellationTokenSource _ending = new();
    private bool _isGone;
    private readonly ConcurrentDictionary<int, Running> _running = [];

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isGone)
        {
            return;
        }

        await _ending.CancelAsync();
        await Task.WhenAll(_running.Values.Select(running => running.Task))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A host that was cut off may stop what it has disposed of.</summary>
    public void Dispose()
    {
        _isGone = true;
        _ending.Dispose();
    }

    public BrocaProgress? ProgressOf(int id) => _running.TryGetValue(id, out var running) ? running.Progress : null;

    /// <summary>The registry can't be asked meanwhile: with SQLite, the import itself is its one writer.</summary>
    /// <returns>False where it runs on another console, or has ended.</returns>
    public bool Cancel(int id)
    {
        if (!_running.TryGetValue(id, out var running))
        {
            return false;
        }

        running.IsCancelled = true;
        running.Stop.Cancel();
        return true;
    }

    public bool IsCancelled(int id) => _running.TryGetValue(id, out var running) && running.IsCancelled;

    public void Begin(int id, BrocaFile file, BrocaImportForm form, CurrentUser caller)
    {
        file.IsInUse = true;
        var running = new Running(CancellationTokenSource.CreateLinkedTokenSource(_ending.Token));
        _running[id] = running;
        var (principal, actor) = (caller.Principal, caller.Actor);
        running.Task = Task.Run(() => RunAsync(id, file, form, running, principal, actor), CancellationToken.None);
    }

    private async Task RunAsync(int id, BrocaFile file, BrocaImportForm form, Running running, ClaimsPrincipal principal, Actor actor)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentUser>().Become(principal, actor);
            var runs = scope.ServiceProvider.GetRequiredService<LongRuns>();
            await using (clock.CreateTimer(_ => _ = AnswerAsync(id, running), null, runs.AnswerEvery, runs.AnswerEvery))
            {
                var (ending, message, import) = await TryAsync(scope.ServiceProvider, file, form, running);
                if (ending == RunEnding.Succeeded)
                {
                    files.Forget(file);
                }

                await runs.EndAsync(
                    id,
                    ending,
                    message,
                    JsonSerializer.Serialize(new BrocaRunOutput(running.Progress, import), ApiJson.Options),
                    CancellationToken.None
                );
                LogEnded(file.Name, message);
            }
        }
        catch (Exception e)
        {
            // Nobody waits for this task. Its run is taken for lost when it answers no more.
            LogFailed(e);
        }
        finally
        {
            file.IsInUse = false;
            if (_running.TryRemove(id, out _))
            {
                running.Stop.Dispose();
            }
        }
    }

    private async Task<(RunEnding, string, int?)> TryAsync(IServiceProvider services, BrocaFile file, BrocaImportForm form, Running running)
    {
        const string Nothing = "Nothing was imported.";
        try
        {
            var (import, report) = await services
                .GetRequiredService<BrocaImporting>()
                .ImportAsync(file, form, progress => running.Progress = progress, running.Stop.Token);
            return report.Problem is { } problem
                ? (RunEnding.Failed, $"{Nothing} {problem}", null)
                : (RunEnding.Succeeded, BrocaText.Summary(report), import);
        }
        catch (BrocaFileException e) when (!running.Stop.IsCancellationRequested)
        {
            return (RunEnding.Failed, $"{Nothing} {e.Message}", null);
        }
        catch (Exception) when (running.Stop.IsCancellationRequested)
        {
            return _ending.IsCancellationRequested
                ? (RunEnding.Abandoned, $"The console was stopped. {Nothing} Import the file again.", null)
                : (RunEnding.Cancelled, $"Stopped. {Nothing}", null);
        }
        catch (Exception e)
        {
            LogFailed(e);
            return (
                RunEnding.Failed,
                $"{Nothing} An unexpected error occurred: see the console's log for details. Trying again is safe.",
                null
            );
        }
    }

    private async Task AnswerAsync(int id, Running running)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var output = JsonSerializer.Serialize(new BrocaRunOutput(running.Progress, null), ApiJson.Options);
            if (!await scope.ServiceProvider.GetRequiredService<LongRuns>().AnswerAsync(id, output, running.Stop.Token))
            {
                await running.Stop.CancelAsync();
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            // It has ended meanwhile.
        }
        catch (Exception e)
        {
            // While SQLite's one writer is the import, nobody else gets to write; the next answer may.
            LogUnanswered(e, id);
        }
    }

    [LoggerMessage(LogLevel.Information, "The import of {File} has ended: {Message}")]
    private partial void LogEnded(string file, string message);

    [LoggerMessage(LogLevel.Error, "An import from Broca failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Debug, "The state of the import {RunId} could not be saved yet")]
    private partial void LogUnanswered(Exception exception, int runId);

    private sealed class Running(CancellationTokenSource stop)
    {
        public CancellationTokenSource Stop => stop;

        public Task Task { get; set; } = Task.CompletedTask;

        public volatile BrocaProgress Progress = new("Reading", 0, 0);

        public volatile bool IsCancelled;
    }
}
