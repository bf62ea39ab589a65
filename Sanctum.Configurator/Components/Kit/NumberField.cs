using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// The library's field for numbers takes what is no number for nought. In this one the last number stays, and it is said that what is typed
/// is
/// none, until it is one.
/// </summary>
public sealed class NumberField<T> : MudNumericField<T>
{
    // Where no form is asked for messages, what is wrong has no id by itself, and would not describe the control.
    public NumberField() => ErrorId = Ids.Next("number-error");

    protected override T? ConvertGet(string? text)
    {
        var number = base.ConvertGet(text);
        var isNone = string.IsNullOrWhiteSpace(text) && default(T) is not null;
        return ConversionError || isNone ? ReadValue : number;
    }

    protected override async Task UpdateValuePropertyAsync(bool updateText)
    {
        await base.UpdateValuePropertyAsync(updateText);

        // Also where the number has stayed the same, because what is typed may have become one, or none.
        await BeginValidateAsync();
    }
}
