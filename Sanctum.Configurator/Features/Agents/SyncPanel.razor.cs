using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The synchronisation with the Letta server: how far it is, what it found, and adopting from it. It ends with the page.</summary>
public sealed partial class SyncPanel
{
    private const int PageLength = 10;

    private SyncResult? _result;
    private int _read;
    private int _total;

    [Inject]
    public required AgentSync Sync { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    protected override string Stopped => "Stopped. Changes made so far are kept.";

    internal Task SynchroniseAsync() =>
        RunAsync(
            "Reading the agents of the Letta server",
            async cancel =>
            {
                (_read, _total) = (0, 0);
                if (Taken(await Sync.SynchroniseAsync(false, Say, cancel)) is { } result)
                {
                    _result = result;
                }
            }
        );

    private static string Summary(SyncResult result) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{AgentLabels.Count(result.New.Count, "agent")} new, {result.Differing.Count} different, {result.Gone.Count} gone, {result.Same} identical{(result.Unlinked > 0 ? $", {result.Unlinked} without a Letta id" : "")}. {(result.StatusesChanged == 1 ? "1 status" : $"{result.StatusesChanged} statuses")} changed."
        );

    private static Task<PageOf<T>> Page<T>(IReadOnlyList<T> rows, PageRequest page, Func<T, string> nameOf)
    {
        var found = page.Search is { } text ? [.. rows.Where(row => nameOf(row).Contains(text, StringComparison.OrdinalIgnoreCase))] : rows;
        return Task.FromResult(new PageOf<T>([.. found.Skip(page.Skip).Take(page.Take)], found.Count));
    }

    private Task<PageOf<NewAgent>> NewAsync(PageRequest page, CancellationToken cancel) => Page(_result?.New ?? [], page, row => row.Name);

    private Task<PageOf<ComparedAgent>> DifferingAsync(PageRequest page, CancellationToken cancel) =>
        Page(_result?.Differing ?? [], page, row => row.Name);

    private Task<PageOf<ComparedAgent>> GoneAsync(PageRequest page, CancellationToken cancel) =>
        Page(_result?.Gone ?? [], page, row => row.Name);

    private Task AdoptAsync(IReadOnlyList<NewAgent> agents) =>
        RunAsync(
            $"Adopting {AgentLabels.Count(agents.Count, "agent")}",
            async cancel =>
            {
                (_read, _total) = (0, 0);
                var uids = agents.Select(agent => agent.LettaUid).ToHashSet();
                if (Taken(await Sync.AdoptAsync([.. uids], Say, cancel)) is { } adopted)
                {
                    _result = _result is { } shown
                        ? shown with
                        {
                            New = [.. shown.New.Where(agent => !uids.Contains(agent.LettaUid))],
                            Same = shown.Same + adopted.Ids.Count,
                        }
                        : null;
                    Notices.Say(
                        adopted.Ids.Count == 1
                            ? $"{agents[0].Name} is in the registry."
                            : $"{adopted.Ids.Count} agents are in the registry."
                    );
                }
            }
        );

    private void Close() => (_result, Problem) = (null, null);

    private void Say(int read, int total) =>
        _ = InvokeAsync(() =>
        {
            (_read, _total) = (read, total);
            StateHasChanged();
        });
}
