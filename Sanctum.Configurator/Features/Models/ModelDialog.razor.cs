using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Probe;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Adds a model or changes one, and tests it before it is saved.</summary>
public sealed partial class ModelDialog
{
    private readonly List<LlmStep> _steps = [];
    private CancellationTokenSource? _testing;
    private IReadOnlyList<string>? _models;
    private LlmReport? _report;
    private string? _livesUntil;
    private string _title = "";

    /// <summary>What is stored of it; null for a new one.</summary>
    [Parameter]
    public ModelRow? Stored { get; set; }

    /// <summary>It may be for everybody.</summary>
    [Parameter]
    public bool MayChooseOwner { get; set; }

    [Inject]
    public required ModelService Service { get; init; }

    [Inject]
    public required ModelTests Tests { get; init; }

    protected override string Thing => "model";

    private LlmProvider Provider => LlmProvider.Of(Form.Type);

    /// <summary>A type that another program wrote stays to be chosen.</summary>
    private IEnumerable<Choice<string>> Types =>
        LlmProvider.Find(Form.Type) is null ? [.. ModelLabels.Providers, new(Form.Type, Form.Type)] : ModelLabels.Providers;

    private string KeyHelp =>
        Provider.KeyVariables is [var variable, ..]
            ? $"Encrypted and never shown again. Without one, the system settings' counts, then {variable}."
            : "Encrypted and never shown again. Empty where the server asks for none.";

    protected override void OnFilled()
    {
        _title = Form.Model;
        _livesUntil = Form.LivesUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    protected override void ReadTyped()
    {
        if (string.IsNullOrWhiteSpace(_livesUntil))
        {
            Form.LivesUntil = null;
        }
        else if (DateOnly.TryParseExact(_livesUntil.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Form.LivesUntil = day;
        }
        else
        {
            State.Refuse(nameof(Form.LivesUntil), "Enter a day, such as 2027-01-14, or leave this empty.");
        }
    }

    protected override Task<Outcome<ModelRow>> SaveAsync() => Service.SaveAsync(Form, dryRun: false, CancellationToken.None);

    protected override object Answer(ModelRow saved) => $"{saved.Name} was saved.";

    protected override Task<ModelForm?> FindTheirsAsync(ModelRow current) => Task.FromResult<ModelForm?>(current.ToForm());

    protected override void Dispose(bool isDisposing)
    {
        _testing?.Cancel();
        base.Dispose(isDisposing);
    }

    private Task<IEnumerable<string>> FindModelsAsync(string? typed, CancellationToken cancel) =>
        Task.FromResult((_models ?? []).Where(model => model.Contains(typed ?? "", StringComparison.OrdinalIgnoreCase)));

    private Task TestAsync() =>
        RunAsync(async () =>
        {
            ReadTyped();
            using var testing = _testing = CancellationTokenSource.CreateLinkedTokenSource(Closed);
            _steps.Clear();
            _report = null;
            StateHasChanged();
            try
            {
                _report = Take(
                    await Tests.TestAsync(Form.Copy(), new DirectProgress<LlmStep>(step => _ = InvokeAsync(() => Add(step))), testing.Token)
                );
                _models = _report?.Models ?? _models;
                if (_report is { } report)
                {
                    State.Say(
                        $"{ModelLabels.VerdictOf(report.Verdict.Text())}. {report.Message} {report.Hint}".Trim(),
                        report.IsUp ? Tone.Good : Tone.Bad
                    );
                }

                Form.Dimension = _report is { IsUp: true, Dimension: { } found } ? Form.Dimension ?? found : Form.Dimension;
            }
            catch (OperationCanceledException) when (testing.IsCancellationRequested)
            {
                _steps.Clear();
            }
            finally
            {
                _testing = null;
            }
        });

    private void Add(LlmStep step)
    {
        _steps.Add(step);
        StateHasChanged();
    }
}
