using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Short words on what has just happened. What failed is said in place, by a <see cref="MudAlert"/>, not here.</summary>
public sealed class Notices(ISnackbar snackbar)
{
    private const int Usual = 5_000;
    private const int WithAction = 12_000;
    private const int Bad = 15_000;

    /// <summary>Shows the text until it is read or dismissed; one with an action, or a bad one, stays longer.</summary>
    public void Say(string text, Tone kind = Tone.Good, NoticeAction? action = null) =>
        snackbar.Add(
            text,
            kind.Severity(),
            options =>
            {
                options.VisibleStateDuration =
                    action is not null ? WithAction
                    : kind is Tone.Bad or Tone.Warning ? Bad
                    : Usual;
                if (action is not null)
                {
                    options.Action = action.Text;
                    options.OnClick = _ => action.Run();
                }
            }
        );
}

/// <summary>What can be done about a notice, such as Undo.</summary>
public sealed record NoticeAction(string Text, Func<Task> Run);
