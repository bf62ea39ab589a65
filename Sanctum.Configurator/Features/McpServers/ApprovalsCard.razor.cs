using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>What a server offers beside what was approved of it, and the decision on it.</summary>
public sealed partial class ApprovalsCard
{
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required McpServerRow Server { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<McpPinRow> Pins { get; set; }

    /// <summary>It was decided, in a sentence; null where it could not be.</summary>
    [Parameter]
    public EventCallback<string?> OnDecided { get; set; }

    [Inject]
    public required McpApprovals Approvals { get; init; }

    private List<McpPinRow> Waiting => [.. Pins.Where(pin => pin.IsWaiting)];

    private IEnumerable<McpPinRow> Settled => Pins.Where(pin => !pin.IsWaiting);

    private string Summary =>
        $"{Waiting.Count} held, {Pins.Count(pin => pin.State == McpToolState.Approved)} approved, {Pins.Count(pin => pin.State == McpToolState.Blocked)} blocked.";

    /// <summary>All that is shown, after a question where something in it is odd.</summary>
    private async Task ApproveAllAsync()
    {
        var shown = Waiting;
        var odd = shown.Where(pin => pin.Suspicions.Count > 0).Select(pin => pin.Label).ToList();
        if (
            odd.Count == 0
            || await Confirm.AskAsync(
                $"Approve all {shown.Count}?",
                $"There is something to look at in {string.Join(", ", odd)}. A model will read it as it is.",
                "Approve all the same"
            )
        )
        {
            await DecideAsync(approve: shown);
        }
    }

    private async Task DecideAsync(IReadOnlyList<McpPinRow>? approve = null, IReadOnlyList<McpPinRow>? block = null)
    {
        _isBusy = true;
        try
        {
            var decision = new McpDecision { Approve = Shown(approve), Block = Shown(block) };
            _problem = (await Approvals.DecideAsync(Server.Id, decision, CancellationToken.None)).ProblemWith(Server.Name);
            await OnDecided.InvokeAsync(
                _problem is not null ? null
                : approve is { Count: var some } ? $"{(some == 1 ? approve[0].Label : $"{some} definitions")} approved."
                : $"{block![0].Label} is blocked."
            );
        }
        finally
        {
            _isBusy = false;
        }
    }

    private static IReadOnlyList<McpShown> Shown(IReadOnlyList<McpPinRow>? pins) =>
        [.. (pins ?? []).Select(pin => new McpShown(pin.Id, pin.Hash))];
}
