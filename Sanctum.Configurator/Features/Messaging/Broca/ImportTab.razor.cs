using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Messaging.Broca;

/// <summary>A file is chosen, looked through and imported. The import goes on without the page.</summary>
public sealed partial class ImportTab
{
    private const string LastId = "broca-last-import";

    private BrocaPathForm _path = new();
    private BrocaPreview? _preview;
    private BrocaRun? _run;
    private IReadOnlyList<BrocaAgent> _agents = [];
    private string _source = "";
    private int? _agent;
    private double? _received;
    private ITimer? _timer;

    [Inject]
    public required BrocaImports Imports { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    protected override void OnInitialized()
    {
        var watch = WatchRuns();

        // What an import has come to is not in the registry before its end, and other consoles tell nobody here of theirs.
        _timer = Hold(Clock.CreateTimer(_ => watch.Ask(), null, Timeout.InfiniteTimeSpan, AtMost));
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var wasOpen = _run?.IsOpen == true;
        _agents = await Imports.ListAgentsAsync(cancel);
        _run = (await Imports.FindRunAsync(null, cancel) as Outcome<BrocaRun>.Ok)?.Value;
        _timer?.Change(_run?.IsOpen == true ? AtMost : Timeout.InfiniteTimeSpan, AtMost);
        if (wasOpen && _run is { IsOpen: false, State: RunOutcome.Succeeded })
        {
            Notices.Say("The import has ended.");
        }
    }

    private Task ReadFileAsync(InputFileChangeEventArgs chosen) =>
        WorkAsync(async () =>
        {
            _received = null;
            if (chosen.File.Size > BrocaFiles.MostBytes)
            {
                Problem = BrocaFiles.TooLarge;
                return;
            }

            await using var upload = chosen.File.OpenReadStream(BrocaFiles.MostBytes, Gone);
            await using var counted = new CountedStream(upload, chosen.File.Size, Say);
            Show(await Imports.PreviewAsync(counted, chosen.File.Name, Gone));
        });

    private Task ReadPathAsync() => WorkAsync(async () => Show(await Imports.PreviewAsync(_path, Gone)));

    private Task LookAgainAsync(string source) =>
        WorkAsync(async () =>
        {
            _source = source;
            Show(await Imports.PreviewAsync(Form, Gone));
        });

    private BrocaImportForm Form =>
        new()
        {
            PreviewId = _preview?.Id ?? "",
            Source = _source,
            AgentId = _agent,
        };

    private Task BeginAsync() =>
        WorkAsync(async () =>
        {
            // Closing the tab does not tear it.
            var begun = await Imports.BeginAsync(Form, CancellationToken.None);
            Problem = begun.ProblemWith("The import");
            if (begun is Outcome<BrocaRun>.Ok { Value: var run })
            {
                (_run, _preview) = (run, null);
                await ReloadAsync();
            }
        });

    private Task CancelAsync() =>
        WorkAsync(async () =>
        {
            Problem = (await Imports.CancelAsync(_run!.Id, CancellationToken.None)).ProblemWith("The import");
            await ReloadAsync();
        });

    private Task ShowReportAsync(int import) => Dialogs.AskAsync<ImportDialog, bool>(ImportDialog.For(import, _run!.Source));

    private void StartAgain() => (_preview, Problem, _path) = (null, null, new());

    private void Show(Outcome<BrocaPreview> outcome)
    {
        Problem = outcome.ProblemWith("The file");
        if (outcome is Outcome<BrocaPreview>.Ok { Value: var preview })
        {
            (_preview, _source) = (preview, preview.Source);
        }
    }

    private void Say(double part) =>
        _ = InvokeAsync(() =>
        {
            _received = part;
            StateHasChanged();
        });
}
