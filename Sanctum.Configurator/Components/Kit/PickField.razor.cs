using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>One of many things, found by typing a part of its name. The browser's own list shows what was found.</summary>
public sealed partial class PickField
{
    private IReadOnlyList<Choice<int>> _found = [];
    private CancellationTokenSource? _search;
    private string? _text;
    private int? _shown;

    /// <summary>Some of the things whose names have the typed part, or any while nothing or the chosen one's name is typed.</summary>
    [Parameter, EditorRequired]
    public Func<string?, CancellationToken, Task<IReadOnlyList<Choice<int>>>> Search { get; set; } = null!;

    /// <summary>What the chosen thing is called.</summary>
    [Parameter]
    public string? Text { get; set; }

    protected override string? OwnError => _text is { Length: > 0 } && Value is null && _search is null ? "Nothing is called that. Choose one of the list." : null;

    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        if (Value != _shown || (_text is null && Text is not null))
        {
            (_shown, _text) = (Value, Value is null ? _text : Text);
        }
    }

    private async Task TypeAsync(string? text)
    {
        _text = text;
        await SearchAsync();
        var chosen = _found.FirstOrDefault(found => string.Equals(found.Text, _text?.Trim(), StringComparison.OrdinalIgnoreCase))?.Value;
        if (_text == text && chosen != Value)
        {
            _shown = chosen;
            await SetAsync(chosen);
        }
    }

    private async Task SearchAsync()
    {
        _search?.Cancel();
        using var search = _search = new CancellationTokenSource();
        try
        {
            var found = await Search(_text == Text ? null : _text, search.Token);
            _found = search.IsCancellationRequested ? _found : found;
        }
        catch (OperationCanceledException) when (search.IsCancellationRequested)
        {
            // More was typed: the newer search goes on.
        }
        finally
        {
            if (ReferenceEquals(_search, search))
            {
                _search = null;
            }
        }
    }
}
