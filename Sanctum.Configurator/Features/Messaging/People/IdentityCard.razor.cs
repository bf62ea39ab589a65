using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>What a V1 server has of a person, and what repairs it.</summary>
public sealed partial class IdentityCard : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private (int Person, int Version)? _shown;
    private IdentityView? _view;
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required int PersonId { get; set; }

    /// <summary>Of the person; another one is asked for anew.</summary>
    [Parameter, EditorRequired]
    public required int Version { get; set; }

    [Inject]
    public required PersonIdentities Identities { get; init; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnParametersSetAsync()
    {
        if (_shown == (PersonId, Version))
        {
            return Task.CompletedTask;
        }

        _shown = (PersonId, Version);
        return ReadAsync();
    }

    private Task ReadAsync() => RunAsync(() => Identities.ReadAsync(PersonId, _gone.Token));

    private Task MakeAsync() => RunAsync(() => Identities.MakeAsync(PersonId, CancellationToken.None));

    private Task DetachAsync() => RunAsync(() => Identities.DetachAsync(PersonId, CancellationToken.None));

    private async Task RunAsync(Func<Task<Outcome<IdentityView>>> act)
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var outcome = await act();
            (_view, _problem) = outcome is Outcome<IdentityView>.Ok ok ? (ok.Value, null) : (_view, outcome.ProblemWith("The person"));
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _isBusy = false;
        }
    }
}
