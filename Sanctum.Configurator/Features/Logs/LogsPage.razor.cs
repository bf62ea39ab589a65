using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Viewing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>The lines that a search finds, when there were how many, and what they have in common.</summary>
public sealed partial class LogsPage
{
    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(5);

    /// <summary>Another search has no line open.</summary>
    private static readonly (string, object?)[] NoLine = [("line", null), ("around", null)];

    private static readonly IReadOnlyList<string> LevelNames =
    [
        .. Enum.GetValues<LogLevelWord>().Select(level => level.ToString().ToLowerInvariant()),
    ];

    private static readonly IReadOnlyList<Choice<string>> Levels =
    [
        new("", "All levels"),
        .. LevelNames
            .Skip(1)
            .Select(name => new Choice<string>(
                name,
                name is "critical" ? "Critical" : $"{char.ToUpperInvariant(name[0])}{name[1..]} and worse"
            )),
    ];

    private static readonly IReadOnlyList<Choice<string>> Sources =
    [
        new("", "All sources"),
        new("system", "System"),
        new("agent", "Agents"),
        new("tool", "Tools"),
        new("plugin", "Plugins"),
    ];

    private CancellationTokenSource? _counting;
    private LogsState _view = new("", LogsState.Everything, null, null);
    private LogFilter _filter = LogFilter.Everything;
    private IReadOnlyList<LogQueryError> _errors = [];
    private IReadOnlyList<TimeMark> _marks = [];
    private LogBars? _bars;
    private string _typed = "";
    private string _key = "";

    [SupplyParameterFromQuery(Name = "q")]
    public string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "level")]
    public string? Level { get; set; }

    [SupplyParameterFromQuery(Name = "source")]
    public string? Source { get; set; }

    [SupplyParameterFromQuery(Name = "time")]
    public string? Span { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "tab")]
    public string? Tab { get; set; }

    /// <summary>The line that is open.</summary>
    [SupplyParameterFromQuery(Name = "line")]
    public long? Line { get; set; }

    /// <summary>Anything: the lines around the open one are shown instead of those that are searched for.</summary>
    [SupplyParameterFromQuery(Name = "around")]
    public string? Around { get; set; }

    [Inject]
    public required LogQueryReader Reader { get; init; }

    [Inject]
    public required LogHistogram Histogram { get; init; }

    [Inject]
    public required LogMarks Changes { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<LogsPage> Log { get; init; }

    private IReadOnlyList<Choice<string>> Times =>
        [
            .. LogsState.Spans.Select(span => new Choice<string>(span.Name, span.Text)),
            .. _view.Span.Length == 0 ? [new Choice<string>("", "As chosen below")] : Array.Empty<Choice<string>>(),
        ];

    /// <summary>What is typed and what is chosen, as one search.</summary>
    private string Whole =>
        $"{Query} {(Level is { Length: > 0 } ? $"level>={Level}" : "")} {(Source is { Length: > 0 } ? $"source:{Source}" : "")}".Trim();

    protected override void OnInitialized() =>
        Hold(Clock.CreateTimer(_ => _ = InvokeAsync(CountAgainAsync), null, BetweenCounts, BetweenCounts));

    protected override void Dispose(bool isDisposing)
    {
        _counting?.Dispose();
        base.Dispose(isDisposing);
    }

    protected override async Task OnParametersSetAsync()
    {
        var key = $"{Whole}|{Span}|{From}|{To}|{(Around is null ? null : Line)}";
        if (key == _key)
        {
            return;
        }

        _key = key;
        _typed = Query ?? "";
        _view = LogsState.Of(Whole, Span, From, To, Clock.GetUtcNow());
        var reading = await Reader.ReadAsync(_view.Query, Gone);
        _errors = reading.Errors;
        _filter = reading.Filter with { From = _view.From, To = _view.To };
        StateHasChanged(); // The list goes on to its lines, however long counting takes.
        await CountAsync();
    }

    private async Task CountAgainAsync()
    {
        if (_view.IsLive && _filter.IsOfFacets && !Gone.IsCancellationRequested)
        {
            await CountAsync();
            StateHasChanged();
        }
    }

    /// <summary>Counts for the histogram, and shows more of it as it comes; a search that follows ends it.</summary>
    private async Task CountAsync()
    {
        if (_counting is not null)
        {
            await _counting.CancelAsync();
        }

        var counting = _counting = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        try
        {
            await foreach (var bars in Histogram.CountAsync(_filter, counting.Token))
            {
                _bars = bars;
                if (!bars.IsWhole)
                {
                    StateHasChanged();
                }
            }

            _marks =
                _bars is { Counts.Count: > 0 } whole && await Caller.MayAsync(Policies.ReadHistory)
                    ? await Changes.ListAsync(whole.From, whole.To, counting.Token)
                    : [];
        }
        catch (OperationCanceledException) when (counting.IsCancellationRequested)
        {
            // Another search has begun, or nobody looks any more.
        }
        catch (Exception e)
        {
            // The list of lines says so where it stands.
            LogFailed(Log, e);
            _bars = null;
        }
    }

    private IReadOnlyList<LevelBar> Drawn(LogBars bars) =>
        [
            .. bars
                .Counts.Select((counts, at) => (From: bars.From + (bars.Width * at), counts))
                .Select(bar => new LevelBar(bar.From, bar.From + bars.Width, bar.counts, SpanUrl(bar.From, bar.From + bars.Width))),
        ];

    private string SpanUrl(DateTimeOffset from, DateTimeOffset to) =>
        Navigation.UrlWith([("from", from.ToUnixTimeMilliseconds()), ("to", to.ToUnixTimeMilliseconds()), ("time", null), .. NoLine]);

    private string UrlOf(IReadOnlyDictionary<string, object?> changes) => Navigation.GetUriWithQueryParameters(changes);

    private string SearchUrl(string term) => Navigation.UrlWith([("q", $"{Query} {term}".Trim()), .. NoLine]);

    private string ViewUrl(string query) => Navigation.UrlWith([("q", query), ("level", null), ("source", null), .. NoLine]);

    private string ExportUrl(string format) =>
        QueryHelpers.AddQueryString(
            Urls.LogsExport,
            new Dictionary<string, string?>
            {
                ["format"] = format,
                ["q"] = Whole,
                ["from"] = _view.From?.ToString("O", CultureInfo.InvariantCulture),
                ["to"] = _view.To?.ToString("O", CultureInfo.InvariantCulture),
            }
        );

    private Task TypeAsync(string typed)
    {
        _typed = typed;
        Navigation.NavigateTo(Navigation.UrlWith([("q", typed.Trim()), .. NoLine]), replace: true);
        return Task.CompletedTask;
    }

    private void Choose(string name, string? value) => Navigation.Show([(name, value), .. NoLine]);

    private void ChooseSpan(string? name)
    {
        if (name is { Length: > 0 })
        {
            Navigation.Show([("time", name), ("from", null), ("to", null), .. NoLine]);
        }
    }

    /// <summary>The search in pieces, each wrong or not.</summary>
    private IEnumerable<(string Text, bool IsWrong)> Marked()
    {
        var at = 0;
        foreach (var error in _errors.OrderBy(error => error.Start).Where(error => error.Start + error.Length <= _view.Query.Length))
        {
            if (error.Start >= at)
            {
                yield return (_view.Query[at..error.Start], false);
                yield return (_view.Query.Substring(error.Start, error.Length), true);
                at = error.Start + error.Length;
            }
        }

        yield return (_view.Query[at..], false);
    }

    [LoggerMessage(LogLevel.Error, "The logs could not be counted for a page")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
