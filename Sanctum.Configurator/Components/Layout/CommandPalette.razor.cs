using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Components.Layout;

/// <summary>Goes to any page and does any registered act, by name and keyboard.</summary>
public sealed partial class CommandPalette : IDisposable
{
    private const string DialogId = "command-palette";

    private IReadOnlyList<PaletteItem> _all = [];
    private IReadOnlyList<PaletteItem> _found = [];
    private ElementReference _element;
    private string? _letters = "";
    private int _chosen;
    private bool _isOpen;
    private bool _justOpened;
    private bool _showsShortcuts;

    [CascadingParameter]
    private Task<AuthenticationState>? Reader { get; set; }

    [Inject]
    public required NavEntries Entries { get; init; }

    [Inject]
    public required Commands Commands { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private PaletteItem? Chosen => _chosen < _found.Count ? _found[_chosen] : null;

    public void Dispose() => Commands.Changed -= Redraw;

    protected override void OnInitialized() => Commands.Changed += Redraw;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_justOpened)
        {
            _justOpened = false;
            await Browser.ShowModalAsync(_element, DialogId);
        }
    }

    private static string Keys(string shortcut) =>
        string.Join(
            ' ',
            shortcut
                .Split('+')
                .Select(key =>
                    key == "mod" ? "Ctrl"
                    : key.Length == 1 ? key.ToUpperInvariant()
                    : char.ToUpperInvariant(key[0]) + key[1..]
                )
        );

    private void Redraw() => _ = InvokeAsync(StateHasChanged);

    private async Task OpenAsync()
    {
        var pages =
            from entry in await Entries.ForAsync(Reader)
            select new PaletteItem(entry.Title, "Page", entry.Icon, null, () => GoAsync(entry));
        var acts =
            from command in Commands.All
            select new PaletteItem(command.Title, "Action", command.Icon, command.Shortcut, command.Run);
        _all = [.. acts, .. pages];
        Filter("");
        (_isOpen, _justOpened) = (true, true);
    }

    private void Filter(string? letters)
    {
        _letters = letters;
        _chosen = 0;
        _found =
        [
            .. from item in _all
            let distance = PaletteItem.Distance(item.Title, (letters ?? "").Trim())
            where distance is not null
            orderby distance
            select item,
        ];
    }

    private async Task PressAsync(KeyboardEventArgs key)
    {
        var last = _found.Count - 1;
        switch (key.Key)
        {
            case "ArrowDown":
                _chosen = _chosen >= last ? 0 : _chosen + 1;
                break;
            case "ArrowUp":
                _chosen = _chosen <= 0 ? Math.Max(0, last) : _chosen - 1;
                break;
            case "Enter" when Chosen is { } item:
                await RunAsync(item);
                return;
            default:
                return;
        }

        if (Chosen is { } chosen)
        {
            await Browser.ScrollIntoViewAsync(chosen.Id);
        }
    }

    private async Task RunAsync(PaletteItem item)
    {
        await Close();
        await item.Run();
    }

    private async Task Close()
    {
        if (_isOpen)
        {
            _isOpen = false;
            await Browser.RestoreFocusAsync(DialogId);
        }
    }

    private Task GoAsync(NavEntry entry)
    {
        Navigation.NavigateTo(entry.Url, forceLoad: entry.IsDocument);
        return Task.CompletedTask;
    }
}
