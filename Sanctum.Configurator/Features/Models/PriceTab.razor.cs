using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Models.Usage;

namespace Sanctum.Configurator.Features.Models;

/// <summary>The prices that were entered.</summary>
public sealed partial class PriceTab
{
    private DataTable<PriceRow> _table = null!;
    private string? _problem;

    [Inject]
    public required PriceService Prices { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override void OnInitialized() => Watch(() => _table.ReloadAsync(), Tables.LlmPrices);

    private async Task<PageOf<PriceRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var all = await Prices.ListAsync(cancel);
        return new([.. all.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    private async Task EditAsync(PriceRow? price)
    {
        _problem = null;
        var form = price?.ToForm() ?? new PriceForm { ValidFrom = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime) };
        if (await Dialogs.AskAsync<PriceDialog, string>(new Dictionary<string, object?> { [nameof(PriceDialog.Form)] = form }) is { } said)
        {
            Notices.Say(said);
        }

        await _table.ReloadAsync();
    }

    private async Task DeleteAsync(PriceRow price)
    {
        if (
            await Confirm.AskAsync(
                $"Delete the price of {price.Model}?",
                "What was used before keeps the price of its day.",
                "Delete price"
            )
        )
        {
            _problem = (await Prices.DeleteAsync(price.Id, price.Version, dryRun: false, CancellationToken.None)).ProblemWith("This price");
            await _table.ReloadAsync();
        }
    }
}
