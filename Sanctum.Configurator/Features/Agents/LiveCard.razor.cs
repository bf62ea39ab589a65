using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>An agent beside the same agent on the Letta server, and the ways from the one to the other.</summary>
public sealed partial class LiveCard : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private AgentDifference? _difference;
    private (int Id, int Version)? _shown;
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public int Id { get; set; }

    /// <summary>Of the row; another one is compared anew.</summary>
    [Parameter, EditorRequired]
    public int Version { get; set; }

    /// <summary>The row was changed.</summary>
    [Parameter]
    public EventCallback OnTaken { get; set; }

    [Inject]
    public required AgentExchange Exchange { get; init; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != (Id, Version))
        {
            _difference = _shown?.Id == Id ? _difference : null;
            _shown = (Id, Version);
            await CompareAsync();
        }
    }

    private static string Words(string? value) => string.IsNullOrEmpty(value) ? "nothing" : value;

    private async Task CompareAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        _isBusy = true;
        try
        {
            var outcome = await Exchange.CompareAsync(Id, false, _gone.Token);
            _problem = (outcome as Outcome<AgentDifference>.Refused)?.Reasons.Values.First();
            _difference = (outcome as Outcome<AgentDifference>.Done)?.Value ?? _difference;
        }
        catch (Exception) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task ExchangeAsync(bool isTaking)
    {
        var parameters = new Dictionary<string, object?> { [nameof(ExchangeDialog.Id)] = Id, [nameof(ExchangeDialog.IsTaking)] = isTaking };
        if (await Dialogs.ShowAsync<ExchangeDialog, string>(parameters) is { } done)
        {
            Notices.Say(done);
        }

        // What was taken is another version of the row, which is compared by itself.
        await OnTaken.InvokeAsync();
        if (!isTaking)
        {
            await CompareAsync();
        }
    }
}
