using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Models.Usage;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Adds a price or changes one.</summary>
public sealed partial class PriceDialog
{
    private string? _from;
    private string? _until;

    [Inject]
    public required PriceService Prices { get; init; }

    protected override string Thing => "price";

    protected override void OnFilled() => (_from, _until) = (TextOf(Form.ValidFrom), TextOf(Form.ValidUntil));

    protected override void ReadTyped()
    {
        Form.ValidUntil = DayIn(_until, nameof(Form.ValidUntil));
        Form.ValidFrom = DayIn(_from, nameof(Form.ValidFrom)) ?? Form.ValidFrom;
        if (string.IsNullOrWhiteSpace(_from))
        {
            State.Refuse(nameof(Form.ValidFrom), "Enter the first day, such as 2027-01-14.");
        }
    }

    protected override Task<Outcome<PriceRow>> SaveAsync() => Prices.SaveAsync(Form, dryRun: false, CancellationToken.None);

    protected override object Answer(PriceRow saved) => $"The price of {saved.Model} was saved.";

    protected override Task<PriceForm?> FindTheirsAsync(PriceRow current) => Task.FromResult<PriceForm?>(current.ToForm());

    private DateOnly? DayIn(string? text, string field)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        State.Refuse(field, "Enter a day, such as 2027-01-14.");
        return null;
    }

    private static string? TextOf(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
