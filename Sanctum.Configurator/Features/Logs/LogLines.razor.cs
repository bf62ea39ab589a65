using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Features.Logs.Viewing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>
/// Lines to any depth, of which only so many are in the page: scrolling takes more in at one end and lets go at the other. At its top the
/// list
/// follows what comes in.
/// </summary>
public sealed partial class LogLines
{
    /// <summary>Lines in the page at most.</summary>
    private const int MostShown = 120;

    private const int AtOnce = 60;

    private const int MostCounted = 999;
    private const int LongestShown = 600;

    private static readonly TimeSpan BetweenReadings = TimeSpan.FromMilliseconds(250);

    private static readonly Dictionary<string, object?> NoLine = new() { ["line"] = null, ["around"] = null };
    private static readonly Dictionary<string, object?> AllTime = new()
    {
        ["time"] = LogsState.Everything,
        ["from"] = null,
        ["to"] = null,
    };

    private readonly Dictionary<LogOrigin, string> _names = [];
    private List<LogRow>? _rows;
    private LogPlace? _searchedTo;
    private LogMark? _mark;
    private long? _total;
    private int _new;
    private int _told;
    private bool _hasOlder;
    private bool _hasNewer;
    private bool _isAtTop = true;
    private bool _busy;

    [Parameter, EditorRequired]
    public LogFilter Filter { get; set; } = LogFilter.Everything;

    /// <summary>New lines may come in.</summary>
    [Parameter]
    public bool IsLive { get; set; }

    /// <summary>The id of the line that is open.</summary>
    [Parameter]
    public long? Place { get; set; }

    /// <summary>Shows the lines around the open one instead.</summary>
    [Parameter]
    public bool Around { get; set; }

    /// <summary>The page's address with these values changed.</summary>
    [Parameter, EditorRequired]
    public Func<IReadOnlyDictionary<string, object?>, string> UrlOf { get; set; } = null!;

    /// <summary>The page's address with this term added to the search.</summary>
    [Parameter, EditorRequired]
    public Func<string, string> SearchUrl { get; set; } = null!;

    [Inject]
    public required LogSearch Search { get; init; }

    [Inject]
    public required LogArrivals Arrivals { get; init; }

    [Inject]
    public required LogNames Names { get; init; }

    [Inject]
    public required Signal<LinesArrived> Lines { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override void OnInitialized()
    {
        if (IsLive && !Around)
        {
            Hold(Lines.Subscribe(_ => Interlocked.Exchange(ref _told, 1)));
            Hold(Clock.CreateTimer(_ => _ = InvokeAsync(FollowAsync), null, BetweenReadings, BetweenReadings));
        }
    }

    private static string Words(LogLevelWord level) => EnumText<LogLevelWord>.Of(level);

    /// <summary>One row, without what could move the text around it: controls, and marks that turn its direction.</summary>
    private static string Shown(string message) => LineText.Of(message, LongestShown);

    private string OriginOf(LogRow row) =>
        row.SourceId is { } id ? _names.GetValueOrDefault(new(row.Source, id)) ?? $"{row.Source} {id}" : row.Source;

    protected override Task ReadAsync(CancellationToken cancel) =>
        RunAsync(async () =>
        {
            (_new, _hasNewer, _isAtTop) = (0, false, true);
            _mark = await Arrivals.NowAsync(Gone);
            if (Around && Place is { } id)
            {
                var rows = await Search.AroundAsync(id, AtOnce - 10, Gone) ?? [];
                (_rows, _hasOlder, _searchedTo, _total) = ([.. rows], false, null, null);
                return;
            }

            // A line that the address names is shown among its neighbours, however old it is.
            var opened = Place is { } place ? await Search.FindAsync(place, Gone) : null;
            var from = opened is null ? (LogPlace?)null : new LogPlace(opened.Timestamp, opened.Id + 1);
            var page = await Search.ReadAsync(Filter, from, isForward: false, AtOnce, Gone);
            (_rows, _hasOlder, _searchedTo) = ([.. page.Items], page.HasMore, page.SearchedTo);
            _hasNewer =
                from is not null
                && (await Search.ReadAsync(Filter, new LogPlace(opened!.Timestamp, opened.Id), isForward: true, 1, Gone)).Items.Count > 0;
            _isAtTop = !_hasNewer;
            _total = await Search.CountAsync(Filter, Gone);
        });

    private Task OlderAsync() =>
        MoreAsync(async () =>
        {
            var from = _searchedTo ?? (_rows is [.., var last] ? LogPlace.Of(last) : null);
            var page = await Search.ReadAsync(Filter, from, isForward: false, AtOnce, Gone);
            _rows!.AddRange(page.Items);
            (_hasOlder, _searchedTo) = (page.HasMore, page.SearchedTo);
            if (_rows.Count > MostShown)
            {
                _rows.RemoveRange(0, _rows.Count - MostShown);
                (_hasNewer, _isAtTop) = (true, false);
            }
        });

    private Task NewerAsync() =>
        MoreAsync(async () =>
        {
            if (_rows is not [var first, ..])
            {
                return;
            }

            var page = await Search.ReadAsync(Filter, LogPlace.Of(first), isForward: true, AtOnce, Gone);
            _rows.InsertRange(0, page.Items.Reverse());
            _hasNewer = page.HasMore;
            Trim();
        });

    private void Follow(bool isAtTop)
    {
        _isAtTop = isAtTop && !_hasNewer;
        Interlocked.Exchange(ref _told, 1);
    }

    /// <summary>After lines came in: takes them in at the top, or counts them while something else is looked at.</summary>
    private async Task FollowAsync()
    {
        if (_busy || _hasNewer || _rows is null || Gone.IsCancellationRequested || Interlocked.Exchange(ref _told, 0) == 0)
        {
            return;
        }

        await MoreAsync(
            _isAtTop && Place is null
                ? TakeInAsync
                : async () => _new = Math.Min(MostCounted, _new + (await NewLinesAsync(MostCounted)).Count)
        );
        StateHasChanged();
    }

    /// <summary>Puts what came where its time is: one that comes now may bear an earlier time than others before it.</summary>
    private async Task TakeInAsync()
    {
        var (newest, wereCounted) = (await NewLinesAsync(MostShown), _new > 0);
        if (newest.Count >= MostShown || wereCounted)
        {
            // So many came at once, or while something else was looked at, that there may be a gap between them and those that are shown.
            (_mark, _new) = (await Arrivals.NowAsync(Gone), 0);
            (_rows, _hasOlder, _searchedTo) = (
                [.. (await Search.ReadAsync(Filter, null, isForward: false, AtOnce, Gone)).Items],
                true,
                null
            );
        }
        else if (newest.Count > 0)
        {
            // What lies beyond those that are shown is found by going on.
            var end = _hasOlder ? _searchedTo ?? (_rows is [.., var last] ? LogPlace.Of(last) : null) : null;
            var shown = _rows!.Select(row => row.Id).ToHashSet();
            _rows =
            [
                .. _rows!
                    .Concat(newest.Where(row => !shown.Contains(row.Id) && (end is null || LogPlace.Of(row) > end)))
                    .OrderByDescending(LogPlace.Of),
            ];
            Trim();
        }

        _total = newest.Count > 0 || wereCounted ? await Search.CountAsync(Filter, Gone) : _total;
    }

    /// <summary>Lets go of the oldest, where there are too many.</summary>
    private void Trim()
    {
        if (_rows!.Count > MostShown)
        {
            _rows.RemoveRange(MostShown, _rows.Count - MostShown);
            (_hasOlder, _searchedTo) = (true, null);
        }
    }

    /// <summary>Those that came since the last time, at most about so many.</summary>
    private async Task<List<LogRow>> NewLinesAsync(int most)
    {
        var rows = new List<LogRow>();
        LogsArrived page;
        do
        {
            page = await Arrivals.NextAsync(Filter, _mark!, most, Gone);
            rows.AddRange(page.Items);
        } while (page.HasMore && rows.Count < most);
        return rows;
    }

    private void Open(long id) =>
        Navigation.NavigateTo(UrlOf(new Dictionary<string, object?> { ["line"] = id == Place ? null : id }), replace: true);

    private Task MoreAsync(Func<Task> read) => _busy ? Task.CompletedTask : TryAsync(_ => RunAsync(read));

    private async Task RunAsync(Func<Task> read)
    {
        _busy = true;
        try
        {
            await read();
            await NameAsync();
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task NameAsync()
    {
        var unknown = _rows!
            .Where(row => row.SourceId is not null)
            .Select(row => new LogOrigin(row.Source, row.SourceId))
            .Where(origin => !_names.ContainsKey(origin))
            .ToHashSet();
        if (unknown.Count > 0)
        {
            foreach (var (origin, name) in await Names.OfAsync(unknown, Gone))
            {
                _names[origin] = name;
            }
        }
    }
}
