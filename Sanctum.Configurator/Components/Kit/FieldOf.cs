using System.Linq.Expressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// What all fields share. Works inside an <see cref="EditForm"/>, whose messages for <see cref="For"/> (or for what is bound)
/// it shows, and outside of one, with <see cref="Error"/>.
/// </summary>
public abstract class FieldOf<TValue> : ComponentBase, IDisposable
{
    private EditContext? _watched;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public TValue? Value { get; set; }

    [Parameter]
    public EventCallback<TValue> ValueChanged { get; set; }

    [Parameter]
    public Expression<Func<TValue>>? ValueExpression { get; set; }

    /// <summary>Whose validation messages are shown, where it is not what is bound.</summary>
    [Parameter]
    public Expression<Func<TValue>>? For { get; set; }

    [Parameter]
    public string? Help { get; set; }

    [Parameter]
    public string? Error { get; set; }

    /// <summary>Why it cannot be changed here; locks the control.</summary>
    [Parameter]
    public string? Locked { get; set; }

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public bool Required { get; set; }

    [Parameter]
    public bool Changed { get; set; }

    /// <summary>Names the control, so that what was typed outlives a reload. Unique on the page.</summary>
    [Parameter]
    public string? Name { get; set; }

    [Parameter]
    public string? Id { get; set; }

    [Parameter]
    public string? Placeholder { get; set; }

    [Parameter]
    public string? Class { get; set; }

    /// <summary>Stands beside the label, such as where the effective value comes from.</summary>
    [Parameter]
    public RenderFragment? Chip { get; set; }

    [Parameter]
    public RenderFragment? Actions { get; set; }

    [CascadingParameter]
    protected EditContext? EditContext { get; set; }

    protected string ControlId { get; private set; } = "";

    protected string? ControlName => Name ?? Identifier?.FieldName;

    protected bool IsReadOnly => Disabled || Locked is not null;

    /// <summary>What is wrong: told by the parent, by the control itself, or by the form.</summary>
    protected string? Message => Error ?? OwnError ??
        (EditContext is not null && Identifier is { } bound ? EditContext.GetValidationMessages(bound).FirstOrDefault() : null);

    protected string? DescribedBy => Field.DescribedBy(ControlId, Help, Locked, Message);

    protected string? Invalid => Message is null ? null : "true";

    protected virtual string? OwnError => null;

    private FieldIdentifier? Identifier => (For ?? ValueExpression) is { } expression ? FieldIdentifier.Create(expression) : null;

    public void Dispose()
    {
        Watch(null);
        GC.SuppressFinalize(this);
    }

    protected override void OnParametersSet()
    {
        ControlId = Id ?? (ControlId.Length > 0 ? ControlId : Ids.Next("field"));
        Watch(EditContext);
    }

    protected async Task SetAsync(TValue? value)
    {
        await ValueChanged.InvokeAsync(value!);
        if (Identifier is { } bound)
        {
            EditContext?.NotifyFieldChanged(bound);
        }
    }

    private void Watch(EditContext? context)
    {
        if (ReferenceEquals(context, _watched))
        {
            return;
        }

        if (_watched is not null)
        {
            _watched.OnValidationStateChanged -= Redraw;
        }

        if (context is not null)
        {
            context.OnValidationStateChanged += Redraw;
        }

        _watched = context;
    }

    private void Redraw(object? sender, ValidationStateChangedEventArgs change) => _ = InvokeAsync(StateHasChanged);
}
