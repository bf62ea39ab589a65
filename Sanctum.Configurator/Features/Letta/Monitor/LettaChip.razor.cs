using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>The Letta server's state in the app bar of every page, as it is now.</summary>
public sealed partial class LettaChip
{
    private LettaStatus _now = LettaStatus.Unknown;
    private IDisposable? _subscription;

    [Inject]
    public required LettaState State { get; init; }

    public void Dispose() => _subscription?.Dispose();

    protected override void OnInitialized()
    {
        _subscription = State.Subscribe(status => _ = InvokeAsync(Follow));
        _now = State.Current;
    }

    private void Follow()
    {
        _now = State.Current;
        StateHasChanged();
    }
}
