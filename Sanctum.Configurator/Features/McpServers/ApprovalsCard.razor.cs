using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>What a server offers beside what was approved of it, and the decision on it.</summary>
public sealed partial class ApprovalsCard
{
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

    /// <summary>What one act may approve. What is flagged is looked at and approved by itself.</summary>
    private List<McpPinRow> Plain => [.. Waiting.Where(pin => pin.Suspicions.Count == 0)];

    private string? Flagged =>
        (Waiting.Count - Plain.Count) switch
        {
            0 => null,
            1 => "1 is left out, as there is something to look at. Approve it by itself.",
            var some => $"{some} are left out, as there is something to look at. Approve each by itself.",
        };

    private string Summary =>
        $"{Waiting.Count} held, {Pins.Count(pin => pin.State == McpToolState.Approved)} approved, {Pins.Count(pin => pin.State == McpToolState.Blocked)} blocked.";

    private async Task DecideAsync(IReadOnlyList<McpPinRow>? approve = null, IReadOnlyList<McpPinRow>? block = null)
    {
        await WorkAsync(async () =>
        {
            var decision = new McpDecision { Approve = Shown(approve), Block = Shown(block) };
            Problem = (await Approvals.DecideAsync(Server.Id, decision, CancellationToken.None)).ProblemWith(Server.Name);
            await OnDecided.InvokeAsync(
                Problem is not null ? null
                : approve is { Count: var some } ? $"{(some == 1 ? approve[0].Label : $"{some} definitions")} approved."
                : $"{block![0].Label} is blocked."
            );
        });
    }

    private static IReadOnlyList<McpShown> Shown(IReadOnlyList<McpPinRow>? pins) =>
        [.. (pins ?? []).Select(pin => new McpShown(pin.Id, pin.Hash))];
}
