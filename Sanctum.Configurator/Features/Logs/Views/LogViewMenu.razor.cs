using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Views;

/// <summary>The views beside the search: choose one, save the search as one, and manage them.</summary>
public sealed partial class LogViewMenu
{
    /// <summary>So many are listed; the dialog has a search for more.</summary>
    private const int MostShown = 50;

    private IReadOnlyList<LogViewRow>? _views;

    /// <summary>What is searched for now.</summary>
    [Parameter, EditorRequired]
    public string Query { get; set; } = "";

    /// <summary>The page's address with this search.</summary>
    [Parameter, EditorRequired]
    public Func<string, string> UrlOf { get; set; } = null!;

    /// <summary>More that is done with the search.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    public required LogViewService Views { get; init; }

    protected override void OnInitialized() => Watch(Tables.LogViews);

    protected override async Task ReadAsync(CancellationToken cancel) =>
        _views = [
            .. (await Views.ListAsync(new(0, MostShown), cancel))
                .Items.OrderBy(view => view.Name, StringComparer.OrdinalIgnoreCase)
                .ThenBy(view => view.Id),
        ];

    private async Task SaveAsync()
    {
        if (
            await Dialogs.AskAsync<LogViewDialog, string>(
                new Dictionary<string, object?> { [nameof(LogViewDialog.Form)] = new LogViewForm { Query = Query } }
            ) is
            { } said
        )
        {
            Notices.Say(said, Tone.Good);
            await ReloadAsync();
        }
    }

    private async Task ManageAsync()
    {
        await Dialogs.AskAsync<LogViewsDialog, bool>();
        await ReloadAsync();
    }
}
