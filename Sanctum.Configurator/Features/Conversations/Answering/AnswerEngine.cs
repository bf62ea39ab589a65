using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>Has the answers made that were asked for, whether or not anybody looks on: many at once, one in each conversation.</summary>
internal sealed class AnswerEngine(
    IServiceScopeFactory scopes,
    AnswerWork work,
    LiveAnswers live,
    Signal<RunsWait> waiting,
    Signal<AnswerMoved> moved,
    Signal<ConversationChanged> changes,
    Signal<CodeWaits> code,
    IOptions<ConversationOptions> options,
    TimeProvider clock,
    ILogger<AnswerEngine> log
) : LeasedEngine<ClaimedRun, RunEnd>(scopes, live, clock, log)
{
    protected override int MostAtOnce => options.Value.MostAtOnce;

    protected override int IdOf(ClaimedRun claimed) => claimed.Run.Id;

    protected override Task<IReadOnlyList<ClaimedRun>> TakeAsync(IServiceProvider services, int most, CancellationToken cancel) =>
        services.GetRequiredService<RunLeases>().TakeAsync(most, cancel);

    protected override Task<RunEnd> WorkAsync(ClaimedRun claimed, LiveRun run) => work.RunAsync(claimed, run);

    protected override Task<IReadOnlyList<(ClaimedRun Claimed, RunEnd End)>> WriteAsync(
        IServiceProvider services,
        IReadOnlyList<(ClaimedRun Claimed, RunEnd End)> ends,
        CancellationToken cancel
    ) => services.GetRequiredService<RunEnds>().WriteAsync(ends, cancel);

    protected override Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IServiceProvider services,
        IReadOnlyCollection<int> ids,
        CancellationToken cancel
    ) => services.GetRequiredService<RunLeases>().RenewAsync(ids, cancel);

    protected override async Task<bool> TakeOverAsync(IServiceProvider services, CancellationToken cancel)
    {
        var lost = await services.GetRequiredService<RunEnds>().TakeOverAsync(cancel);
        foreach (var (run, conversation) in lost)
        {
            moved.Publish(new(run));
            changes.Publish(new(conversation));
        }

        code.Publish(new());
        return lost.Count > 0;
    }

    /// <summary>Nothing waits for a time: what can't begin waits for another's end, which wakes.</summary>
    protected override Task<DateTimeOffset?> NextAsync(IServiceProvider services, DateTimeOffset seen, CancellationToken cancel) =>
        Task.FromResult<DateTimeOffset?>(null);

    protected override IDisposable Subscribe(CancellationToken stopping) => waiting.Subscribe(_ => Wake());

    protected override void OnBegun(IReadOnlyList<ClaimedRun> begun) => Publish(begun);

    protected override void OnEnded(IReadOnlyList<(ClaimedRun Claimed, RunEnd End)> written)
    {
        Publish([.. written.Select(end => end.Claimed)]);
        code.Publish(new());
    }

    private void Publish(IReadOnlyList<ClaimedRun> runs)
    {
        foreach (var claimed in runs)
        {
            moved.Publish(new(claimed.Run.Id));
            changes.Publish(new(claimed.Run.ConversationId));
        }
    }
}
