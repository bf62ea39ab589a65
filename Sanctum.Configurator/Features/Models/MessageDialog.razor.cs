using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Sends one message to a model and shows its answer as it comes.</summary>
public sealed partial class MessageDialog : IDisposable
{
    private readonly ModelMessageForm _form = new();
    private CancellationTokenSource? _asking;
    private ModelAnswer? _ended;
    private string? _problem;
    private string _answer = "";

    [Parameter, EditorRequired]
    public required ModelRow Model { get; set; }

    [Inject]
    public required ModelMessages Messages { get; init; }

    public void Dispose() => _asking?.Cancel();

    private async Task SendAsync()
    {
        using var asking = _asking = new CancellationTokenSource();
        (_problem, _answer, _ended) = (null, "", null);
        try
        {
            var outcome = await Messages.SendAsync(
                Model.Id,
                _form,
                new DirectProgress<string>(piece => _ = InvokeAsync(() => Add(piece))),
                asking.Token
            );
            _problem = outcome.ProblemWith(Model.Name);
            _ended = (outcome as Outcome<ModelAnswer>.Ok)?.Value;
        }
        catch (OperationCanceledException) when (asking.IsCancellationRequested)
        {
            _problem = "Stopped. What had come by then is shown.";
        }
        finally
        {
            _asking = null;
        }
    }

    private void Add(string piece)
    {
        _answer += piece;
        StateHasChanged();
    }
}
