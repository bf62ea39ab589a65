using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>The queue: how it is doing, what is in it, what failed and what is paused.</summary>
public sealed partial class QueuePage
{
    private const int ActsRead = 5;

    private QueueState? _state;
    private IReadOnlyList<QueueActView> _acts = [];

    [SupplyParameterFromQuery(Name = "status")]
    public string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "agent")]
    public string? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "platform")]
    public string? Platform { get; set; }

    [SupplyParameterFromQuery(Name = "cause")]
    public string? Cause { get; set; }

    [SupplyParameterFromQuery(Name = "person")]
    public int? Person { get; set; }

    [SupplyParameterFromQuery(Name = "entry")]
    public int? Entry { get; set; }

    [Inject]
    public required QueueReader Reader { get; init; }

    [Inject]
    public required QueueActs Acts { get; init; }

    [Inject]
    public required Signal<QueueChanged> Changes { get; init; }

    private string FailuresTitle =>
        (_state?.Counts[QueueStatus.Failed] + _state?.Counts[QueueStatus.Poison]) is > 0 and var failed
            ? $"Failures ({failed:N0})"
            : "Failures";

    private string PausesTitle => _state?.Paused is > 0 and var paused ? $"Pauses ({paused})" : "Pauses";

    protected override void OnInitialized() => Follow(Changes, _ => InvokeAsync(ReloadAsync));

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _state = await Reader.StateAsync(cancel);
        var acts = await Acts.NewestAsync(ActsRead, cancel);
        _acts = [.. acts.Where(act => act.State == QueueActState.Running || act.UndoUntil is not null)];
    }
}
