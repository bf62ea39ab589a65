using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>The scan of the Sanctum folder: what it found, and adopting from it. It ends with the page.</summary>
public sealed partial class ScanPanel
{
    private const int PageLength = 10;

    private ScanResult? _result;

    [Inject]
    public required PluginScan Scan { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    internal Task ScanAsync() => RunAsync("Scanning the Sanctum folder", ReadAsync);

    private static string Summary(ScanResult result) =>
        $"{result.Root}: {Counts.Of(result.New.Count, "plugin")} new, {result.Changed.Count} changed, {result.Gone.Count} gone, {result.Same} identical.";

    private static Task<PageOf<T>> Page<T>(IReadOnlyList<T> rows, PageRequest page) =>
        Task.FromResult(new PageOf<T>([.. rows.Skip(page.Skip).Take(page.Take)], rows.Count));

    private Task<PageOf<NewPlugin>> NewAsync(PageRequest page, CancellationToken cancel) => Page(_result?.New ?? [], page);

    private Task<PageOf<ComparedPlugin>> ChangedAsync(PageRequest page, CancellationToken cancel) => Page(_result?.Changed ?? [], page);

    private Task<PageOf<ComparedPlugin>> GoneAsync(PageRequest page, CancellationToken cancel) => Page(_result?.Gone ?? [], page);

    private Task AdoptAsync(string folder, string done) =>
        RunAsync(
            "Adopting",
            async cancel =>
            {
                if (Taken(await Scan.AdoptAsync([folder], cancel)) is not null)
                {
                    Notices.Say(done);
                    await ReadAsync(cancel);
                }
            }
        );

    private async Task ReadAsync(CancellationToken cancel) => _result = Taken(await Scan.ScanAsync(cancel)) ?? _result;

    private void Close() => (_result, Problem) = (null, null);
}
