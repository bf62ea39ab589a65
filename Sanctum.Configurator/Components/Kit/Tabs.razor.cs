using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.WebUtilities;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Panels of which one is shown. With <see cref="Query"/> the URL remembers which.</summary>
public sealed partial class Tabs : IDisposable
{
    private readonly List<Tab> _tabs = [];
    private string? _chosen;
    private string? _path;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>The key in the URL.</summary>
    [Parameter]
    public string? Query { get; set; }

    [Parameter]
    public string? Active { get; set; }

    [Parameter]
    public EventCallback<string> ActiveChanged { get; set; }

    /// <summary>Ctrl and a digit shows one of the first nine, where the browser does not keep those keys for itself.</summary>
    [Parameter]
    public bool Numbered { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    internal Tab? Shown => _tabs.Find(tab => tab.Name == _chosen) ?? (_tabs.Count > 0 ? _tabs[0] : null);

    internal void Add(Tab tab)
    {
        _tabs.Add(tab);
        StateHasChanged();
    }

    internal void Redraw() => StateHasChanged();

    internal void Remove(Tab tab) => _tabs.Remove(tab);

    public void Dispose() => Navigation.LocationChanged -= FollowUrl;

    protected override void OnInitialized()
    {
        if (Query is not null)
        {
            (_chosen, _path) = (InUrl(), Path());
            Navigation.LocationChanged += FollowUrl;
        }
    }

    protected override void OnParametersSet() => _chosen = Query is null ? Active ?? _chosen : _chosen;

    private string? InUrl() => QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query).TryGetValue(Query!, out var name) ? name.ToString() : null;

    private string Path() => new Uri(Navigation.Uri).AbsolutePath;

    /// <summary>The URL changes a moment after a tab was chosen, and when the reader goes back; on another page it says nothing about these.</summary>
    private void FollowUrl(object? sender, LocationChangedEventArgs change) => _ = InvokeAsync(() =>
    {
        if (Path() == _path && _chosen != (InUrl() ?? (_tabs.Count > 0 ? _tabs[0].Name : null)))
        {
            _chosen = InUrl();
            StateHasChanged();
            _tabs.ForEach(each => each.Redraw());
        }
    });

    private async Task ShowAsync(Tab tab)
    {
        _chosen = tab.Name;
        if (Query is not null)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(Query, tab == _tabs[0] ? null : tab.Name), replace: true);
        }

        await ActiveChanged.InvokeAsync(tab.Name);
        _tabs.ForEach(each => each.Redraw());
    }

    private async Task MoveAsync(KeyboardEventArgs key)
    {
        var at = Shown is null ? -1 : _tabs.IndexOf(Shown);
        var to = key.Key switch
        {
            "ArrowRight" => (at + 1) % _tabs.Count,
            "ArrowLeft" => (at + _tabs.Count - 1) % _tabs.Count,
            "Home" => 0,
            "End" => _tabs.Count - 1,
            _ => -1,
        };
        if (to >= 0 && at >= 0)
        {
            await ShowAsync(_tabs[to]);
            await _tabs[to].Button.FocusAsync();
        }
    }
}
