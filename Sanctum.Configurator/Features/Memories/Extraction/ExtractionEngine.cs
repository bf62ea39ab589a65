using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>Has read what was said, after it was answered: no answer waits for it.</summary>
internal sealed class ExtractionEngine(
    IServiceScopeFactory scopes,
    ExtractionWork work,
    LiveExtractions live,
    Signal<ExtractionsWait> waiting,
    IOptions<MemoryOptions> options,
    TimeProvider clock,
    ILogger<ExtractionEngine> log
) : LeasedEngine<ClaimedExtraction, ExtractionEnd>(scopes, live, clock, log)
{
    protected override int MostAtOnce => options.Value.MostAtOnce;

    protected override int IdOf(ClaimedExtraction claimed) => claimed.Row.Id;

    protected override Task<IReadOnlyList<ClaimedExtraction>> TakeAsync(IServiceProvider services, int most, CancellationToken cancel) =>
        services.GetRequiredService<ExtractionLeases>().TakeAsync(most, cancel);

    protected override Task<ExtractionEnd> WorkAsync(ClaimedExtraction claimed, LiveRun run) => work.RunAsync(claimed, run);

    protected override Task<IReadOnlyList<(ClaimedExtraction Claimed, ExtractionEnd End)>> WriteAsync(
        IServiceProvider services,
        IReadOnlyList<(ClaimedExtraction Claimed, ExtractionEnd End)> ends,
        CancellationToken cancel
    ) => services.GetRequiredService<ExtractionEnds>().WriteAsync(ends, cancel);

    protected override async Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IServiceProvider services,
        IReadOnlyCollection<int> ids,
        CancellationToken cancel
    ) => (await services.GetRequiredService<ExtractionLeases>().RenewAsync(ids, cancel), []);

    protected override Task<bool> TakeOverAsync(IServiceProvider services, CancellationToken cancel) =>
        services.GetRequiredService<ExtractionLeases>().TakeOverAsync(cancel);

    protected override Task<DateTimeOffset?> NextAsync(IServiceProvider services, DateTimeOffset seen, CancellationToken cancel) =>
        services.GetRequiredService<ExtractionLeases>().NextAsync(seen, cancel);

    /// <summary>What is asked for is committed by others, and found at the next look; this only hastens what somebody tries again.</summary>
    protected override IDisposable Subscribe(CancellationToken stopping) => waiting.Subscribe(_ => Wake());
}
