using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Sources.Following;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>The followed files, how far each was read, and what is done with them.</summary>
public sealed partial class LogSourcesPage : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(2);

    private DataTable<LogFileRow>? _table;
    private ITimer? _timer;
    private IReadOnlyList<FoundLogFile> _found = [];
    private string? _problem;

    [Inject]
    public required LogFileService Files { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    public void Dispose() => _timer?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        _timer = Clock.CreateTimer(_ => _ = InvokeAsync(() => _table?.ReloadAsync() ?? Task.CompletedTask), null, Often, Often);
        await FindAsync();
    }

    private async Task FindAsync() =>
        _found = await Caller.MayAsync(Policies.ManageLogs) ? await Files.FindNewAsync(CancellationToken.None) : [];

    private async Task<PageOf<LogFileRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var all = await Files.ListAsync(cancel);
        return new([.. all.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    private async Task EditAsync(LogFileForm form)
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<LogFileDialog, string>(new Dictionary<string, object?> { [nameof(LogFileDialog.Form)] = form }) is
            { } said
        )
        {
            Notices.Say(said, Tone.Good);
        }

        await ShowAsync();
    }

    private async Task SwitchAsync(LogFileRow file)
    {
        var form = file.ToForm();
        form.IsOn = !file.IsOn;
        Say(
            await Files.SaveAsync(form, CancellationToken.None),
            file,
            $"{file.Path} is {(form.IsOn ? "followed again from its last position" : "paused")}."
        );
        await ShowAsync();
    }

    private async Task RemoveAsync(LogFileRow file)
    {
        if (
            await Confirm.AskAsync(
                $"Stop following {file.Path}?",
                "The file and its stored lines are kept. If you add the file again, reading continues at its last position.",
                "Remove"
            )
        )
        {
            Say(await Files.DeleteAsync(file.Id, file.Version, CancellationToken.None), file, $"{file.Path} is no longer followed.");
            await ShowAsync();
        }
    }

    private async Task ShowAsync()
    {
        await FindAsync();
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    private void Say(Outcome<LogFileRow> outcome, LogFileRow file, string done)
    {
        _problem = outcome.ProblemWith(file.Path);
        if (_problem is null)
        {
            Notices.Say(done, Tone.Good);
        }
    }
}
