namespace Sanctum.Configurator.Components.Kit;

/// <summary>Short words on what has just happened. What failed is said in place, by a <see cref="Banner"/>, not here.</summary>
public sealed class Notices
{
    private readonly List<Notice> _shown = [];

    internal event Action? Changed;

    internal IReadOnlyList<Notice> Shown => _shown;

    /// <summary>Shows the text until it is read or dismissed; one with an action, or a bad one, stays longer.</summary>
    public void Say(string text, Tone kind = Tone.Good, NoticeAction? action = null)
    {
        _shown.RemoveAll(notice => notice.Text == text);
        _shown.Add(new(text, kind, action));
        if (_shown.Count > 4)
        {
            _shown.RemoveAt(0);
        }

        Changed?.Invoke();
    }

    internal void Dismiss(Notice notice)
    {
        if (_shown.Remove(notice))
        {
            Changed?.Invoke();
        }
    }
}

/// <summary>What can be done about a notice, such as Undo.</summary>
public sealed record NoticeAction(string Text, Func<Task> Run);

internal sealed class Notice(string text, Tone kind, NoticeAction? action)
{
    public string Text => text;

    public Tone Kind => kind;

    public NoticeAction? Action => action;

    public TimeSpan Stays => action is not null ? TimeSpan.FromSeconds(12)
        : kind is Tone.Bad or Tone.Warning ? TimeSpan.FromSeconds(15)
        : TimeSpan.FromSeconds(5);
}
