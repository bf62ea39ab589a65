using System.Linq.Expressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Platform.Cron;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// When something runs, as five fields of cron. While it is typed it is said in English, or the wrong part is marked; below stand the next
/// runs by the clock of the job's time zone, and of the reader's where that differs.
/// </summary>
public sealed partial class CronField
{
    private const int MostRuns = 10;

    private readonly string _id = Ids.Next("cron");
    private IReadOnlyList<CronTime> _runs = [];
    private TimeZoneInfo? _reader;
    private CronFault? _fault;
    private string? _sentence;
    private string _read = "";
    private string? _zone;
    private string? _runsZone;
    private bool _isZoneKnown;
    private bool _isNever;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public string? Value { get; set; }

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    [Parameter]
    public Expression<Func<string?>>? ValueExpression { get; set; }

    [Parameter]
    public bool Required { get; set; }

    /// <summary>By whose clock it runs: a name of the IANA database. What is wrong about it is for its own field to say.</summary>
    [Parameter]
    public string TimeZone { get; set; } = "UTC";

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    private string? Name => ValueExpression is null ? null : FieldIdentifier.Create(ValueExpression).FieldName;

    private string SaysId => _id + "-says";

    private string ErrorId => _id + "-error";

    private IReadOnlyList<Choice<string>> Presets =>
        [
            new("", Preset.Length > 0 ? "Write another…" : "Start from…"),
            .. CronPresets.All.Select(preset => new Choice<string>(preset.Expression, preset.Text)),
        ];

    private string Preset => CronPresets.All.FirstOrDefault(preset => preset.Expression == Value?.Trim())?.Expression ?? "";

    /// <summary>What is shown are the runs of an expression that was right, while the one that is typed is not.</summary>
    private bool IsOld => _fault is not null || !_isZoneKnown || _sentence is null;

    /// <summary>The reader's zone, where its clock shows another time than the job's at any of the runs.</summary>
    private TimeZoneInfo? ReaderZone =>
        _reader is not null && _runs.Any(run => _reader.GetUtcOffset(run.At) != run.Local.Offset) ? _reader : null;

    protected override void OnParametersSet()
    {
        if (_read != (Value ?? "") || _zone != TimeZone || (_runs.Count > 0 && _runs[0].At <= Clock.GetUtcNow()))
        {
            (_read, _zone) = (Value ?? "", TimeZone);
            Read();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Browser.FindTimeZoneAsync() is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _reader))
        {
            StateHasChanged();
        }
    }

    private static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Words(DateTimeOffset at) => at.ToString("ddd d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    private void Read()
    {
        (_fault, _sentence, _isNever) = (null, null, false);
        if (_read.AsSpan().Trim().Length == 0)
        {
            _runs = [];
            return;
        }

        var schedule = CronSchedule.Read(_read, _zone, out var fault);
        _isZoneKnown = fault?.Field != CronFault.TimeZone;
        _fault = _isZoneKnown ? fault : null;
        _sentence = (schedule ?? CronSchedule.Read(_read, "UTC", out _))?.Sentence;
        if (schedule is not null)
        {
            var now = Clock.GetUtcNow();
            (_runs, _runsZone) = (CronPreview.Of(schedule, now, MostRuns, now.AddYears(50)), schedule.Zone.Id);
            _isNever = _runs.Count == 0;
        }
    }

    private Task ChooseAsync(string? expression) =>
        string.IsNullOrEmpty(expression) ? Task.CompletedTask : ValueChanged.InvokeAsync(expression);
}
