using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Sessions;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Watching;

/// <summary>
/// Tests each enabled server when it is due, as many at once as may, so that one that does not answer delays no other. Of the consoles that
/// share a database one does so. Whatever goes wrong with one test, the next one comes.
/// </summary>
internal sealed partial class McpWatchWorker(
    IServiceScopeFactory scopes,
    RegistryLocation location,
    McpSchedule schedule,
    McpSessions sessions,
    Signal<RegistryChange> changes,
    IOptions<McpServerOptions> options,
    TimeProvider clock,
    ILogger<McpWatchWorker> log
) : BackgroundService
{
    public const string Name = "monitor";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, bool> _running = new();
    private readonly SemaphoreSlim _places = new(options.Value.MostAtOnce);

    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var turn = new MonitorTurn(location, RegistryLock.McpKey);
        using var subscription = changes.Subscribe(change =>
        {
            if (change.Tables.Contains(Tables.McpServers))
            {
                schedule.Wake();
            }
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await turn.HoldAsync(stoppingToken))
                {
                    await BeginDueAsync(stoppingToken);
                }

                await schedule.RestAsync(Longest, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
                await Task.Delay(Again, clock, stoppingToken);
            }
        }
    }

    /// <summary>Begins the tests that are due, and waits for none of them.</summary>
    /// <returns>Ends when those that were begun have.</returns>
    internal async Task<Task> BeginDueAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        var enabled = await registry.McpServers.AsNoTracking().Where(s => s.IsEnabled).ToListAsync(cancel);
        schedule.KeepOnly(enabled.Select(s => s.Id).ToHashSet());
        await sessions.EndIdleAsync(enabled.ToDictionary(s => s.Id, s => s.Version));
        return Task.WhenAll(
            enabled
                .Where(server => schedule.IsDue(server.Id) && _running.TryAdd(server.Id, true))
                .Select(server => TestAsync(server, cancel))
        );
    }

    private async Task TestAsync(McpServer server, CancellationToken cancel)
    {
        schedule.Begin(server.Id);
        try
        {
            await _places.WaitAsync(cancel);
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var report = await scope.ServiceProvider.GetRequiredService<McpSavedTest>().RunAsync(server, Name, null, cancel);
                LogTested(server.Id, report.Verdict.ToString(), report.LatencyMs);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // The next one may go better, and comes as if this one had not worked.
            schedule.Tested(server.Id, isUp: false);
            LogNotTested(e, server.Id);
        }
        catch (OperationCanceledException)
        {
            // The console stops.
        }
        finally
        {
            _running.TryRemove(server.Id, out _);
            schedule.Wake();
        }
    }

    [LoggerMessage(LogLevel.Debug, "The MCP server {Id} was tested: {Verdict} after {Milliseconds} ms")]
    private partial void LogTested(int id, string verdict, double milliseconds);

    [LoggerMessage(LogLevel.Error, "The MCP server {Id} could not be tested; trying again")]
    private partial void LogNotTested(Exception exception, int id);

    [LoggerMessage(LogLevel.Error, "Watching the MCP servers failed; retrying")]
    private partial void LogFailed(Exception exception);
}
