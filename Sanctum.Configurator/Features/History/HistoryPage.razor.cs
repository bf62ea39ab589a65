using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.History;

/// <summary>The whole registry's changes: filtered, compared, undone, exported and verified.</summary>
public sealed partial class HistoryPage
{
    private const int MostFaults = 20;
    private const string Minutes = "yyyy-MM-ddTHH:mm";

    private IReadOnlyList<Choice<string>> _tables = [];
    private IReadOnlyList<Choice<string>> _actors = [];
    private IReadOnlyList<Choice<string>> _acts = [];
    private IReadOnlyList<TimeBar> _bars = [];
    private DataTable<ChangeRow> _table = null!;
    private ChainReport? _report;
    private bool _verifying;

    [SupplyParameterFromQuery(Name = "who")]
    public string? Who { get; set; }

    [SupplyParameterFromQuery(Name = "table")]
    public string? Table { get; set; }

    [SupplyParameterFromQuery(Name = "row")]
    public string? Row { get; set; }

    [SupplyParameterFromQuery(Name = "act")]
    public string? Act { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "search")]
    public string? Search { get; set; }

    [Inject]
    public required HistoryService History { get; init; }

    [Inject]
    public required ChangeAudit Audit { get; init; }

    private ChangeFilter Filter => new(Table, Row, TimeIn(From), TimeIn(To), Who, Act);

    protected override object LoadKey => Filter with { Search = Search };

    protected override async Task OnInitializedAsync()
    {
        Watch(FollowAsync);
        var choices = await History.ChoicesAsync(Gone);
        (_tables, _actors, _acts) = (
            Choices("All tables", choices.Tables),
            Choices("Everybody", choices.Actors),
            Choices("All actions", choices.Acts)
        );
    }

    protected override async Task ReadAsync(CancellationToken cancel) =>
        _bars = [
            .. (await History.CountAsync(Filter with { Search = Search }, cancel)).Select(count => new TimeBar(
                count.From,
                count.To,
                count.Count,
                SpanUrl(count)
            )),
        ];

    private static IReadOnlyList<Choice<string>> Choices(string all, IEnumerable<string> names) =>
        [new("", all), .. names.Select(name => new Choice<string>(name, name))];

    private static DateTimeOffset? TimeIn(string? text) => TimeText.Find(text);

    private static string RowUrl(ChangeRow row) => $"{Urls.History}?table={row.TableName}&row={Uri.EscapeDataString(row.RowId)}";

    private static Tone ToneOf(string act) =>
        act switch
        {
            "insert" => Tone.Good,
            "delete" => Tone.Bad,
            "reveal" or "export" => Tone.Warning,
            _ => Tone.Neutral,
        };

    private Task<PageOf<ChangeRow>> ListAsync(PageRequest page, CancellationToken cancel) => History.ListAsync(Filter, page, null, cancel);

    private async Task FollowAsync()
    {
        await _table.ReloadAsync();
        await ReloadAsync();
    }

    private string SpanUrl(ChangeCount count) =>
        Navigation.UrlWith(
            ("from", count.From.ToString(Minutes, CultureInfo.InvariantCulture)),
            ("to", count.To.ToString(Minutes, CultureInfo.InvariantCulture)),
            ("page", null)
        );

    private string ExportUrl(string format) =>
        QueryHelpers.AddQueryString(
            Urls.HistoryExport,
            new Dictionary<string, string?>
            {
                ["format"] = format,
                ["table"] = Table,
                ["row"] = Row,
                ["from"] = TimeIn(From)?.ToString("O", CultureInfo.InvariantCulture),
                ["to"] = TimeIn(To)?.ToString("O", CultureInfo.InvariantCulture),
                ["actor"] = Who,
                ["act"] = Act,
                ["q"] = Search,
            }
        );

    private async Task UndoAsync(ChangeRow change)
    {
        if (
            await Dialogs.AskAsync<UndoDialog, string>(new Dictionary<string, object?> { [nameof(UndoDialog.Change)] = change }) is { } done
        )
        {
            Notices.Say(done);
        }

        await FollowAsync();
    }

    private async Task VerifyAsync()
    {
        _verifying = true;
        try
        {
            _report = await Audit.VerifyAsync(CancellationToken.None);
        }
        finally
        {
            _verifying = false;
        }
    }
}
