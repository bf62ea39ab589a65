using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.McpServers.AtLetta;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Sessions;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.McpServers.Watching;

/// <summary>
/// Tests a saved server, whoever wants it: the result is kept, what it offers is compared with what was approved, the next test is planned, and
/// the operator is told of what is new.
/// </summary>
public sealed class McpSavedTest(
    McpTargets targets,
    McpProbe probe,
    McpCheckStore checks,
    McpPinStore pins,
    McpHolds holds,
    McpSessions sessions,
    McpSchedule schedule,
    Notifier notifier,
    Signal<RegistryChange> changes,
    IOptions<McpServerOptions> options
)
{
    /// <summary>One failure may be a restart; two in a row are told.</summary>
    private const int ToldFrom = 2;

    /// <param name="by">Who wanted it.</param>
    public async Task<McpReport> RunAsync(McpServer server, string by, Action<McpStep>? onStep, CancellationToken cancel)
    {
        var (target, problem) = targets.Find(server, server.UserId);
        var report = target is null
            ? new McpReport(McpVerdict.Unsendable, problem!, "", 0, [])
            : await probe.TestAsync(target, options.Value.Patience, onStep, cancel);
        await checks.AddAsync(server.Id, report, by, cancel);
        var reading = report.Definitions is { } seen ? await pins.SeeAsync(server.Id, seen, cancel) : null;
        schedule.Tested(server.Id, report.Verdict.IsConnected());
        if (report.Verdict.IsConnected())
        {
            sessions.Forgive(server.Id);
        }

        changes.Publish(new(Tables.McpChecks));
        if (server.UserId is null)
        {
            var atLetta = await holds.SettleAsync(server.Id, cancel);
            await TellAsync(server, report, reading, atLetta, cancel);
        }

        return report;
    }

    /// <summary>Of a server that is no more, or is disabled, nothing is to be told.</summary>
    public async Task ForgetAsync(int serverId, CancellationToken cancel)
    {
        await sessions.EndAsync(serverId);
        await notifier.ResolveAsync(DownKey(serverId), cancel);
    }

    /// <summary>Nothing waits for a person any more.</summary>
    public Task SettleAsync(int serverId, CancellationToken cancel) => notifier.ResolveAsync(HeldKey(serverId), cancel);

    private static string DownKey(int serverId) => $"mcp:{serverId}:down";

    private static string HeldKey(int serverId) => $"mcp:{serverId}:held";

    private async Task TellAsync(McpServer server, McpReport report, PinReading? reading, string? atLetta, CancellationToken cancel)
    {
        if (report.Verdict.IsConnected())
        {
            await notifier.ResolveAsync(DownKey(server.Id), cancel);
        }
        else if (schedule.FailuresOf(server.Id) >= ToldFrom)
        {
            await notifier.RaiseAsync(
                new(NoticeLevel.Warning, NoticeSources.McpServers, $"The MCP server {server.Name} can't be used")
                {
                    Message = $"{report.Message} {report.Hint}".Trim(),
                    Link = Urls.McpServer(server.Id),
                    GroupKey = DownKey(server.Id),
                    IsLasting = true,
                },
                cancel
            );
        }

        if (reading is { Held: 0 })
        {
            await notifier.ResolveAsync(HeldKey(server.Id), cancel);
        }
        else if (reading is { News: { Count: > 0 } news })
        {
            await notifier.RaiseAsync(
                new(NoticeLevel.Warning, NoticeSources.McpServers, $"The MCP server {server.Name} is no longer as it was approved")
                {
                    Message = $"{string.Join(" ", news.Take(10))} What changed is held until somebody approves it. {atLetta}".TrimEnd(),
                    Link = $"{Urls.McpServer(server.Id)}?tab=approvals",
                    GroupKey = HeldKey(server.Id),
                    IsLasting = true,
                },
                cancel
            );
        }
    }
}
