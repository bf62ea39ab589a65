using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>What people may tell the console instead of the agent: it goes at once, before what waits.</summary>
internal sealed class ChatCommands(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    Signal<QueueChanged> changed,
    LiveTurns live,
    TimeProvider clock
)
{
    private const string Stop = "/stop";
    private const string New = "/new";

    private const string StoppedByWriter = "Stopped by who wrote it.";

    /// <summary>Whether a message is a command; Telegram adds "@" and the bot's name.</summary>
    public static bool IsCommand(string text) => NameOf(text) is Stop or New;

    public Task<TurnEnd> RunAsync(QueueEntry entry, TurnInput input, CancellationToken cancel) =>
        NameOf(CommandIn(input.Text)) == New ? BeginAnewAsync(input, cancel) : StopAsync(entry, cancel);

    private static string NameOf(string text) => text.Trim().Split(' ', '@', '\n')[0].ToLowerInvariant();

    /// <summary>Without the head that says who wrote it.</summary>
    private static string CommandIn(string text) => text[Math.Max(0, text.LastIndexOf('\n') + 1)..];

    /// <summary>Ends what the agent answers of this person, and what of theirs waits.</summary>
    private async Task<TurnEnd> StopAsync(QueueEntry entry, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var theirs = registry.Queue.Where(e => e.AgentId == entry.AgentId && e.LettaUserId == entry.LettaUserId && e.Id < entry.Id);
        var running = await theirs.Where(e => e.Status == QueueStatus.Processing && !e.IsUrgent).Select(e => e.Id).ToListAsync(cancel);
        await theirs.Where(e => running.Contains(e.Id)).ExecuteUpdateAsync(set => set.SetProperty(e => e.IsCancelRequested, true), cancel);
        var waiting = await theirs
            .Where(e => e.Status == QueueStatus.Pending)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(e => e.Status, QueueStatus.Cancelled)
                        .SetProperty(e => e.Failure, StoppedByWriter)
                        .SetProperty(e => e.EndedAt, clock.GetUtcNow()),
                cancel
            );
        running.ForEach(turn => live.Cancel(turn, RunStop.Asked));
        changed.Publish(new());
        return TurnEnd.Done(running.Count + waiting == 0 ? "There was nothing to stop." : "Stopped.");
    }

    private async Task<TurnEnd> BeginAnewAsync(TurnInput input, CancellationToken cancel)
    {
        if (input.Problem is { } problem)
        {
            return TurnEnd.Failed(problem);
        }

        if (JsonText.FindObject(input.Channel?.Settings)?["allow_new"]?.GetValueKind() != System.Text.Json.JsonValueKind.True)
        {
            return TurnEnd.Done("This agent talks to several people in one conversation, so only an operator can begin a new one.");
        }

        try
        {
            using var server = await letta.TalkingAsync(cancel);
            await server.ResetAsync(input.Agent, cancel);
            return TurnEnd.Done("A new conversation has begun.");
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return TurnEnd.Failed(why[..1].ToUpperInvariant() + why[1..]);
        }
    }
}
