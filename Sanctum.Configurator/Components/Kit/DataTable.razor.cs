using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// A list that asks for its rows page by page. Page, sort and search stand in the URL; a new load cancels the one before.
/// </summary>
public sealed partial class DataTable<TRow> : IDisposable
{
    private readonly string _id = Ids.Next("table");
    private readonly List<ListColumn<TRow>> _columns = [];
    private CancellationTokenSource? _load;
    private readonly TypedSearch _search = new();
    private ListState _shown = new(1, null, false, null);

    /// <summary>What the list asked the address for last, until it is there; null when it is.</summary>
    private ListState? _onItsWay;
    private PageOf<TRow>? _page;
    private object? _filter;
    private bool _busy;
    private bool _failed;

    /// <summary>What the list is called, such as "Agents".</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter, EditorRequired]
    public Func<PageRequest, CancellationToken, Task<PageOf<TRow>>> Rows { get; set; } = null!;

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Tells rows apart from one load to the next; the row itself when left out.</summary>
    [Parameter]
    public Func<TRow, object>? RowKey { get; set; }

    /// <summary>Which rows are selected, by their keys, which are numbers then; null where none can be.</summary>
    [Parameter]
    public Selection? Selection { get; set; }

    /// <summary>What a row is called beside its check box.</summary>
    [Parameter]
    public Func<TRow, string>? RowName { get; set; }

    /// <summary>Other rows are selected than before, or others are shown.</summary>
    [Parameter]
    public EventCallback OnSelect { get; set; }

    [Parameter]
    public int Take { get; set; } = 25;

    [Parameter]
    public string? Sort { get; set; }

    [Parameter]
    public bool Descending { get; set; }

    [Parameter]
    public bool Searchable { get; set; }

    [Parameter]
    public string SearchText { get; set; } = "Search";

    /// <summary>Filters and the like, beside the search.</summary>
    [Parameter]
    public RenderFragment? Toolbar { get; set; }

    /// <summary>What can be done with all that is listed, at the end of the filters' line.</summary>
    [Parameter]
    public RenderFragment? Acts { get; set; }

    /// <summary>The page's own filter, compared by value: a change loads the first page anew.</summary>
    [Parameter]
    public object? Filter { get; set; }

    /// <summary>What is shown when there are no rows at all.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    /// <summary>Stands before the keys in the URL, where a page has two lists.</summary>
    [Parameter]
    public string? Query { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<DataTable<TRow>> Log { get; init; }

    private List<ListColumn<TRow>> Sortable => [.. _columns.Where(column => column.Sort is not null)];

    private int Pages => Math.Max(1, ((_page?.Total ?? 0) + Take - 1) / Take);

    private IReadOnlyList<Choice<string>> Sorts =>
        [
            .. Sortable.SelectMany(column =>
                new Choice<string>[]
                {
                    new($"{column.Sort}+", $"{column.Title}, rising"),
                    new($"{column.Sort}-", $"{column.Title}, falling"),
                }
            ),
        ];

    private string SortKey => _shown.Sort + (_shown.Descending ? "-" : "+");

    private string? Position =>
        _page is not { Items.Count: > 0 }
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{((_shown.Page - 1) * Take) + 1}–{((_shown.Page - 1) * Take) + _page.Items.Count} of {_page.Total}"
            );

    public void Dispose()
    {
        Navigation.LocationChanged -= FollowUrl;
        _load?.Cancel();
        _search.Dispose();
    }

    /// <summary>Asks for the shown rows again; they stay visible meanwhile.</summary>
    public async Task ReloadAsync()
    {
        _load?.Cancel();
        using var load = _load = new CancellationTokenSource();
        (_busy, _failed) = (true, false);
        StateHasChanged();
        try
        {
            var page = await Rows(new((_shown.Page - 1) * Take, Take, _shown.Sort, _shown.Descending, _shown.Search), load.Token);
            if (!load.IsCancellationRequested)
            {
                _page = page;
                await ShowInSelectionAsync(page);
            }
        }
        catch (Exception) when (load.IsCancellationRequested)
        {
            // Replaced by a newer load, or the page was left: whatever became of this one no longer matters.
        }
        catch (BadHttpRequestException) when (_shown.Sort != Sort)
        {
            // The address names an order that the list does not have: its own is shown.
            _shown = _shown with
            {
                Sort = Sort,
                Descending = Descending,
            };
            await ReloadAsync();
        }
        catch (Exception e)
        {
            _failed = true;
            LogFailed(Log, e, Label);
        }
        finally
        {
            if (ReferenceEquals(_load, load))
            {
                (_load, _busy) = (null, false);
            }
        }

        if (_load is null)
        {
            StateHasChanged();
            StepBackWhenBeyondTheEnd();
        }
    }

    internal void Add(ListColumn<TRow> column)
    {
        _columns.Add(column);
        StateHasChanged();
    }

    protected override async Task OnInitializedAsync()
    {
        _filter = Filter;
        _shown = Read();
        Navigation.LocationChanged += FollowUrl;
        await ReloadAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (!Equals(_filter, Filter))
        {
            _filter = Filter;
            _shown = _shown with { Page = 1 };
            WriteUrl(replace: true);
            await ReloadAsync();
        }
    }

    [LoggerMessage(LogLevel.Error, "The list {Label} could not be loaded")]
    private static partial void LogFailed(ILogger log, Exception exception, string label);

    private static string? Classes(ListColumn<TRow> column) =>
        Css.Of(column.Number ? "num" : null, column.Heading ? "cell-heading" : null, column.Untitled ? "cell-actions" : null, column.Class);

    private ListState Read() => ListState.Read(Navigation.Uri, Query, Sort, Descending);

    private void WriteUrl(bool replace)
    {
        if (_shown != (_onItsWay ?? Read()))
        {
            _onItsWay = _shown;
            Navigation.NavigateTo(_shown.Write(Navigation, Query, Sort, Descending), replace: replace);
        }
    }

    private void FollowUrl(object? sender, LocationChangedEventArgs change) =>
        _ = InvokeAsync(async () =>
        {
            // The browser tells of an older address while it has not got ours.
            if (_onItsWay is { } ours && Read() != ours)
            {
                return;
            }

            _onItsWay = null;

            // What is being typed is not in the address yet, and must not be lost for what is.
            var state = _search.IsTyping ? Read() with { Page = 1, Search = _shown.Search } : Read();
            if (state != _shown)
            {
                _shown = state;
                await ReloadAsync();
            }
        });

    private Task ShowInSelectionAsync(PageOf<TRow> page)
    {
        if (Selection is null)
        {
            return Task.CompletedTask;
        }

        Selection.Page = [.. page.Items.Select(Id)];
        return OnSelect.InvokeAsync();
    }

    private Task SelectAsync(TRow row, bool isSelected)
    {
        Selection!.Set(Id(row), isSelected);
        return OnSelect.InvokeAsync();
    }

    private Task SelectPageAsync(bool isSelected)
    {
        if (isSelected)
        {
            Selection!.SelectPage();
        }
        else
        {
            Selection!.LeavePage();
        }

        return OnSelect.InvokeAsync();
    }

    private static RenderFragment Content(ListColumn<TRow> column, TRow row) =>
        builder =>
        {
            if (column.ChildContent is { } content)
            {
                builder.AddContent(0, content, row);
            }
            else
            {
                builder.AddContent(1, column.Value?.Invoke(row));
            }
        };

    private int Id(TRow row) => (int)Key(row);

    private object Key(TRow row) => RowKey?.Invoke(row) ?? row!;

    private string? Order(ListColumn<TRow> column) =>
        column.Sort is null ? null
        : column.Sort != _shown.Sort ? "none"
        : _shown.Descending ? "descending"
        : "ascending";

    private string Arrow(ListColumn<TRow> column) =>
        column.Sort != _shown.Sort ? "sort"
        : _shown.Descending ? "chevron-down"
        : "chevron-up";

    private Task SortBy(ListColumn<TRow> column) =>
        ShowAsync(_shown with { Page = 1, Sort = column.Sort, Descending = column.Sort == _shown.Sort && !_shown.Descending });

    private Task SortByKey(string? key) =>
        key is { Length: > 1 } ? ShowAsync(_shown with { Page = 1, Sort = key[..^1], Descending = key[^1] == '-' }) : Task.CompletedTask;

    private Task GoTo(int page) => ShowAsync(_shown with { Page = page });

    private async Task ShowAsync(ListState state, bool replace = false)
    {
        _shown = state;
        WriteUrl(replace);
        await ReloadAsync();
    }

    private async Task SearchAsync(string? text)
    {
        _shown = _shown with { Page = 1, Search = string.IsNullOrWhiteSpace(text) ? null : text };
        if (await _search.TypeAsync(text, Clock))
        {
            await ShowAsync(_shown, replace: true);
        }
    }

    private void StepBackWhenBeyondTheEnd()
    {
        if (_page is { Items.Count: 0, Total: > 0 } && _shown.Page > Pages)
        {
            _ = InvokeAsync(() => ShowAsync(_shown with { Page = Pages }, replace: true));
        }
    }
}
