using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>A number (int, long, decimal, double or one that may be null). What is no number stays visible, with a message.</summary>
public sealed partial class NumberField<TValue>
{
    private string? _unread;

    [Parameter]
    public double? Min { get; set; }

    [Parameter]
    public double? Max { get; set; }

    /// <summary>What is counted, such as <c>ms</c>.</summary>
    [Parameter]
    public string? Unit { get; set; }

    protected override string? OwnError
    {
        get
        {
            if (_unread is not null)
            {
                return typeof(TValue) == typeof(int) || typeof(TValue) == typeof(int?) ? "Write a whole number." : "Write a number.";
            }

            var number = Value is null ? (double?)null : Convert.ToDouble(Value, CultureInfo.InvariantCulture);
            return number < Min || number > Max ? Limits : null;
        }
    }

    private string Limits => (Min, Max) switch
    {
        ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"Write a number from {min} to {max}."),
        ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"Write {min} or more."),
        _ => string.Create(CultureInfo.InvariantCulture, $"Write {Max} or less."),
    };

    private string? Text => _unread ?? BindConverter.FormatValue(Value, CultureInfo.InvariantCulture)?.ToString();

    private async Task TypeAsync(string? text)
    {
        if (BindConverter.TryConvertTo<TValue>(text?.Trim(), CultureInfo.InvariantCulture, out var value))
        {
            _unread = null;
            await SetAsync(value);
        }
        else
        {
            _unread = text;
        }
    }
}
