using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Shows who may be the same, and why.</summary>
public sealed partial class SuggestionsDialog : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<MergeSuggestion>? _suggestions;
    private string? _problem;

    [Inject]
    public required MergeSuggestions Suggestions { get; init; }

    [Inject]
    public required PersonMerges Merges { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        try
        {
            _suggestions = await Suggestions.FindAsync(null, _gone.Token);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The dialog was closed.
        }
    }

    private async Task MergeAsync(MergeSuggestion pair)
    {
        if (
            await Dialogs.AskAsync<MergeDialog, MergeDialog.Merged>(
                new Dictionary<string, object?> { [nameof(MergeDialog.First)] = pair.First, [nameof(MergeDialog.OtherId)] = pair.Second.Id }
            ) is
            { } merged
        )
        {
            Notices.Say(merged.Text, action: new("Undo", () => InvokeAsync(() => SplitAsync(merged.MergedId))));
            await ReadAsync();
        }
    }

    private async Task SplitAsync(int id)
    {
        _problem = (await Merges.SplitAsync(id, null, CancellationToken.None)).ProblemWith("the person");
        if (!_gone.IsCancellationRequested)
        {
            await ReadAsync();
            StateHasChanged();
        }
    }
}
