using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Shows dialogs and hands back their answers. The dialog itself saves; whoever showed it reloads.</summary>
public sealed class Dialogs
{
    private readonly List<OpenDialog> _open = [];

    internal event Action? Changed;

    internal IReadOnlyList<OpenDialog> Open => _open;

    /// <summary>Waits for the answer; <c>default</c> when the dialog was cancelled.</summary>
    public async Task<TAnswer?> ShowAsync<TDialog, TAnswer>(IDictionary<string, object?>? parameters = null)
        where TDialog : IComponent
    {
        var dialog = new OpenDialog(typeof(TDialog), parameters ?? new Dictionary<string, object?>());
        _open.Add(dialog);
        Changed?.Invoke();
        return await dialog.Answer is TAnswer answer ? answer : default;
    }

    /// <summary>Closes the dialog on top with this answer.</summary>
    public void Close(object? answer)
    {
        if (_open.Count > 0)
        {
            Close(_open[^1], answer);
        }
    }

    /// <summary>Closes the dialog on top without an answer.</summary>
    public void Cancel() => Close(null);

    internal void Close(OpenDialog dialog, object? answer)
    {
        if (_open.Remove(dialog))
        {
            dialog.Close(answer);
            Changed?.Invoke();
        }
    }

    internal void CancelAll()
    {
        foreach (var dialog in _open.ToArray())
        {
            Close(dialog, null);
        }
    }
}

internal sealed class OpenDialog(Type component, IDictionary<string, object?> parameters)
{
    private readonly TaskCompletionSource<object?> _answer = new();

    public Type Component => component;

    public IDictionary<string, object?> Parameters => parameters;

    public Task<object?> Answer => _answer.Task;

    public void Close(object? answer) => _answer.TrySetResult(answer);
}
