using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>The scan of the Sanctum folder: what it found, and adopting from it. It ends with the page.</summary>
public sealed partial class ScanPanel : IDisposable
{
    private const int PageLength = 10;

    private CancellationTokenSource? _stop;
    private ScanResult? _result;
    private string? _problem;
    private string _doing = "";
    private bool _isGone;

    /// <summary>Plugins of the registry were added or changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    public required PluginScan Scan { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    internal bool IsBusy => _stop is not null;

    public void Dispose()
    {
        _isGone = true;
        Stop();
    }

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

    private async Task RunAsync(string doing, Func<CancellationToken, Task> act)
    {
        if (IsBusy)
        {
            return;
        }

        using var stop = _stop = new CancellationTokenSource();
        (_doing, _problem) = (doing, null);
        StateHasChanged();
        try
        {
            await act(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _problem = "Stopped.";
        }
        finally
        {
            _stop = null;
        }

        if (!_isGone)
        {
            StateHasChanged();
            await OnChanged.InvokeAsync();
        }
    }

    private void Stop() => _stop?.Cancel();

    private void Close() => (_result, _problem) = (null, null);

    private T? Taken<T>(Outcome<T> outcome)
        where T : class
    {
        _problem = (outcome as Outcome<T>.Invalid)?.Reasons.Values.First();
        return (outcome as Outcome<T>.Ok)?.Value;
    }
}
