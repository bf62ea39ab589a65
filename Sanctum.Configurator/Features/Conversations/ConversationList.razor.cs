using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Transfer;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>The reader's conversations, pinned ones first, or what a search finds of them.</summary>
public sealed partial class ConversationList
{
    private const int AtOnce = 40;

    private PageOf<ConversationRow>? _page;
    private IReadOnlyList<ConversationHit>? _hits;
    private readonly TypedSearch _search = new();
    private string? _problem;
    private int _take = AtOnce;
    private bool? _hasLeft;

    /// <summary>The one that is open.</summary>
    [Parameter]
    public Guid? Chosen { get; set; }

    [Parameter]
    public string? Query { get; set; }

    [Parameter]
    public bool AreArchived { get; set; }

    /// <summary>One was chosen, perhaps the one that is open.</summary>
    [Parameter]
    public EventCallback Opened { get; set; }

    [Inject]
    public required ConversationReader Reader { get; init; }

    [Inject]
    public required ConversationSearch Search { get; init; }

    [Inject]
    public required LeftConversations Left { get; init; }

    [Inject]
    public required Signal<ConversationChanged> Changes { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override object LoadKey => (Query, AreArchived);

    protected override void OnInitialized()
    {
        _search.Show(Query);
        Follow(Changes, _ => _hits is null ? InvokeAsync(ReloadAsync) : Task.CompletedTask);
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        (_hits, _problem) = (null, null);
        _hasLeft ??= await Left.AnyAsync(cancel);
        if (string.IsNullOrWhiteSpace(Query))
        {
            _page = await Reader.ListAsync(new(0, _take), AreArchived, cancel);
        }
        else if (await Search.FindAsync(Query, cancel) is var outcome && outcome is Outcome<IReadOnlyList<ConversationHit>>.Ok found)
        {
            _hits = found.Value;
        }
        else
        {
            _problem = outcome.ProblemWith("The search");
        }
    }

    protected override void Dispose(bool isDisposing)
    {
        _search.Dispose();
        base.Dispose(isDisposing);
    }

    private string? CurrentOf(ConversationRow row) => row.Id == Chosen ? "page" : null;

    private async Task ImportAsync()
    {
        if (await Dialogs.AskAsync<ImportDialog, ImportReport>() is { } report)
        {
            Notices.Say($"{report.Conversations:N0} conversations were imported");
            await ReloadAsync();
        }
    }

    private async Task ShowLeftAsync()
    {
        await Dialogs.AskAsync<LeftDialog, bool>();
        _hasLeft = null;
        await ReloadAsync();
    }

    private Task ShowMoreAsync()
    {
        _take += AtOnce;
        return ReloadAsync();
    }

    private async Task TypeAsync(string? text)
    {
        if (await _search.TypeAsync(text, Clock))
        {
            Navigation.Show("q", text?.Trim(), replace: true);
        }
    }
}
