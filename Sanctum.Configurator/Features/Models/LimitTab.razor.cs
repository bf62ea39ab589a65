using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Models.Usage;

namespace Sanctum.Configurator.Features.Models;

/// <summary>The limits of users.</summary>
public sealed partial class LimitTab
{
    private DataTable<LimitRow> _table = null!;
    private string? _problem;

    [Inject]
    public required LimitService Limits { get; init; }

    protected override void OnInitialized() => Watch(() => _table.ReloadAsync(), Tables.LlmLimits, Tables.Users);

    private async Task<PageOf<LimitRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var all = await Limits.ListAsync(cancel);
        return new([.. all.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    private async Task EditAsync(LimitRow? limit)
    {
        _problem = null;
        var parameters = new Dictionary<string, object?> { [nameof(LimitDialog.Form)] = limit?.ToForm() ?? new LimitForm() };
        if (await Dialogs.AskAsync<LimitDialog, string>(parameters) is { } said)
        {
            Notices.Say(said);
        }

        await _table.ReloadAsync();
    }

    private async Task DeleteAsync(LimitRow limit)
    {
        if (await Confirm.AskAsync($"Delete the limit of {limit.User ?? "each user"}?", "What was used stays counted.", "Delete limit"))
        {
            _problem = (await Limits.DeleteAsync(limit.Id, limit.Version, dryRun: false, CancellationToken.None)).ProblemWith("This limit");
            await _table.ReloadAsync();
        }
    }
}
