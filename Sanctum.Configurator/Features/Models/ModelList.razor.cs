using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Probe;

namespace Sanctum.Configurator.Features.Models;

/// <summary>The models, how they are, and what is done with them.</summary>
public sealed partial class ModelList
{
    private readonly HashSet<int> _beingTested = [];
    private DataTable<ModelRow> _table = null!;
    private IReadOnlyList<ModelRow> _ending = [];
    private CancellationTokenSource? _testing;
    private string? _problem;
    private (string Sentence, int Failed)? _tested;

    [Inject]
    public required ModelReader Models { get; init; }

    [Inject]
    public required ModelService Service { get; init; }

    [Inject]
    public required ModelTests Tests { get; init; }

    [Inject]
    public required ModelReplacement Replacement { get; init; }

    [Inject]
    public required ModelRemoval Removal { get; init; }

    [Inject]
    public required PrimaryModel Primary { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    private bool IsTesting => _testing is not null;

    protected override void OnInitialized() =>
        Watch(ReloadListAsync, Tables.LlmConfig, Tables.LlmChecks, Tables.LlmRetirements, Tables.Users);

    protected override void Dispose(bool isDisposing)
    {
        Cancel();
        base.Dispose(isDisposing);
    }

    /// <summary>Tests all enabled models side by side; each row changes as its test ends.</summary>
    private Task TestAllAsync() =>
        TestAsync(
            Tests.TestAllAsync,
            outcome =>
                outcome is Outcome<IReadOnlyList<TestedModel>>.Ok { Value: var all }
                    ? Summary(all.Count, all.Count(one => one.Report is not { IsUp: true }))
                    : (outcome.ProblemWith("The models")!, 1)
        );

    private void Cancel() => _testing?.Cancel();

    private bool IsTestingOf(int id) => _beingTested.Contains(id);

    private Task ReloadListAsync() => _table.ReloadAsync();

    private async Task<PageOf<ModelRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var all = await Models.ListAsync(cancel);
        _ending =
        [
            .. all.Where(row => row.Enabled && row.MayChange && row.End?.IsSoon(Models.Today) == true)
                .DistinctBy(row => (row.Type, row.Model)),
        ];
        var found = page.Search is { } text
            ? all.Where(row => $"{row.Name} {row.Owner} {row.Address}".Contains(text, StringComparison.OrdinalIgnoreCase)).ToList()
            : [.. all];
        StateHasChanged();
        return new([.. found.Skip(page.Skip).Take(page.Take)], found.Count);
    }

    private async Task TestAsync<T>(
        Func<IProgress<TestedModel>, CancellationToken, Task<Outcome<T>>> test,
        Func<Outcome<T>, (string, int)> summary,
        int? only = null
    )
    {
        using var testing = _testing = new CancellationTokenSource();
        (_problem, _tested) = (null, null);
        _beingTested.UnionWith(only is { } one ? [one] : (await Models.ListAsync(Gone)).Where(row => row.Enabled).Select(row => row.Id));
        StateHasChanged();
        try
        {
            var progress = new DirectProgress<TestedModel>(tested => _ = InvokeAsync(() => EndAsync(tested)));
            _tested = summary(await test(progress, testing.Token));
        }
        catch (OperationCanceledException) when (testing.IsCancellationRequested)
        {
            _tested = ("The test was cancelled. What had ended by then was kept.", 1);
        }
        finally
        {
            _testing = null;
            _beingTested.Clear();
            StateHasChanged();
        }

        await ReloadListAsync();
    }

    private Task EndAsync(TestedModel tested)
    {
        _beingTested.Remove(tested.Id);
        return ReloadListAsync();
    }

    private Task TestAsync(ModelRow model) =>
        TestAsync(
            (_, cancel) => Tests.TestAsync(model.Id, new DirectProgress<LlmStep>(_ => { }), cancel),
            outcome =>
                outcome is Outcome<LlmReport>.Ok { Value: var report }
                    ? ($"{model.Name}: {report.Message} {report.Hint}".Trim(), report.IsUp ? 0 : 1)
                    : (outcome.ProblemWith(model.Name)!, 1),
            model.Id
        );

    private static (string, int) Summary(int all, int failed) =>
        failed == 0
            ? ($"{Counts.Of(all, "model")} passed the test.", 0)
            : (string.Create(CultureInfo.InvariantCulture, $"{failed} of {Counts.Of(all, "model")} failed. The list says why."), failed);

    private async Task EditAsync(ModelRow model)
    {
        _problem = null;
        var parameters = new Dictionary<string, object?>
        {
            [nameof(ModelDialog.Form)] = model.ToForm(),
            [nameof(ModelDialog.Stored)] = model,
        };
        if (await Dialogs.AskAsync<ModelDialog, string>(parameters) is { } said)
        {
            Notices.Say(said);
        }

        await ReloadListAsync();
    }

    private Task SendAsync(ModelRow model) =>
        Dialogs.AskAsync<MessageDialog, string>(new Dictionary<string, object?> { [nameof(MessageDialog.Model)] = model });

    private async Task ImportEndsAsync()
    {
        if (await Dialogs.AskAsync<EndsDialog, string>() is { } said)
        {
            Notices.Say(said);
        }
    }

    private async Task ReplaceAsync(ModelRow model)
    {
        var parameters = new Dictionary<string, object?>
        {
            [nameof(ReplaceDialog.Form)] = new ReplacementForm
            {
                Type = model.Type,
                FromModel = model.Model,
                ToModel = model.End?.Replacement ?? "",
            },
        };
        if (await Dialogs.AskAsync<ReplaceDialog, ReplacementPlan>(parameters) is { } done)
        {
            Notices.Say(
                $"{done.To.Model} stands in place of {done.From.Model}, {Counts.Of(done.Uses.Count, "time")}.",
                Tone.Good,
                new("Undo", () => UndoAsync(done))
            );
        }

        await ReloadListAsync();
    }

    private async Task UndoAsync(ReplacementPlan done)
    {
        var back = new ReplacementForm
        {
            Type = done.From.Type,
            FromModel = done.To.Model,
            ToModel = done.From.Model,
            Only = [.. done.Uses.Select(use => $"{use.Kind}:{use.Id}")],
        };
        _problem = (await Replacement.ReplaceAsync(back, dryRun: false, CancellationToken.None)).ProblemWith(done.From.Model);
        await ReloadListAsync();
    }

    private async Task ActivateAsync(ModelRow model) =>
        await SayAsync(
            await Service.ActivateAsync(model.Id, model.Version, dryRun: false, CancellationToken.None),
            model,
            model.UserId is null
                ? $"{model.Name} is the active model of everybody now."
                : $"{model.Name} is {model.Owner}'s active model now."
        );

    private async Task DeactivateAsync(ModelRow model) =>
        await SayAsync(
            await Service.DeactivateAsync(model.Id, model.Version, dryRun: false, CancellationToken.None),
            model,
            $"{model.Name} is no longer used; everybody's model counts again."
        );

    private async Task DeleteAsync(ModelRow model)
    {
        var parameters = new Dictionary<string, object?> { [nameof(DeleteModelDialog.Model)] = model };
        if (await Dialogs.AskAsync<DeleteModelDialog, RemovedModel>(parameters) is { } done)
        {
            var mended =
                done.Replacement is { } to && done.Uses.Count > 0
                    ? $" {to.Model} stands in its place, {Counts.Of(done.Uses.Count, "time")}."
                    : "";
            Notices.Say($"{model.Name} was deleted.{mended}", Tone.Good, new("Undo", () => RestoreAsync(done)));
        }

        await ReloadListAsync();
    }

    private async Task RestoreAsync(RemovedModel removed) =>
        await SayAsync(
            await Removal.RestoreAsync(removed, CancellationToken.None),
            removed.Model,
            $"{removed.Model.Name} is back.{(removed.Model.HasKey ? " Enter its key again: it was deleted for good." : "")}"
        );

    private Task SayAsync(Outcome<ModelRow> outcome, ModelRow model, string done)
    {
        _problem = outcome.ProblemWith(model.Name);
        if (_problem is null)
        {
            Notices.Say(done);
        }

        return ReloadListAsync();
    }
}
