using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// The frame of a dialog: title, body, actions. With an <see cref="EditContext"/> the whole frame is one form, so that a
/// submit button may stand among the actions. The focus goes in, Escape cancels, the focus goes back.
/// </summary>
public sealed partial class Dialog : IAsyncDisposable
{
    private readonly string _id = Ids.Next("dialog");
    private readonly string _titleId = Ids.Next("dialog-title");
    private readonly string _textId = Ids.Next("dialog-text");
    private ElementReference _element;

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter]
    public string? Text { get; set; }

    [Parameter]
    public bool Wide { get; set; }

    /// <summary>For a question that must be answered before anything else.</summary>
    [Parameter]
    public bool Alert { get; set; }

    [Parameter]
    public EditContext? EditContext { get; set; }

    [Parameter]
    public EventCallback<EditContext> OnValidSubmit { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>Instead of cancelling the shown dialog; for a frame that is not shown by <see cref="Dialogs"/>.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    [CascadingParameter]
    private OpenDialog? Shown { get; set; }

    public async ValueTask DisposeAsync() => await Browser.RestoreFocusAsync(_id);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Browser.ShowModalAsync(_element, _id);
        }
    }

    private async Task Cancel()
    {
        if (OnCancel.HasDelegate)
        {
            await OnCancel.InvokeAsync();
        }
        else if (Shown is not null)
        {
            Dialogs.Close(Shown, null);
        }
    }
}
