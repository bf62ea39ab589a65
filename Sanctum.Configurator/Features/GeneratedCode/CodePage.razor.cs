using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>All of the reader's code as cards: searched, filtered, a page at a time.</summary>
public sealed partial class CodePage
{
    private const int AtOnce = 24;
    private const int LongestChoice = 40;

    private IReadOnlyList<Choice<string>> _languages = [new("", "Every language")];
    private IReadOnlyList<Choice<string>> _names = [new("", "Every name")];
    private PageOf<CodeRow>? _page;
    private string? _problem;
    private readonly TypedSearch _search = new();

    [SupplyParameterFromQuery(Name = "q")]
    public string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "language")]
    public string? Language { get; set; }

    [SupplyParameterFromQuery(Name = "name")]
    public string? Name { get; set; }

    [SupplyParameterFromQuery(Name = "conversation")]
    public Guid? Conversation { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public int? Number { get; set; }

    [Inject]
    public required CodeReader Code { get; init; }

    [Inject]
    public required CodeAccess Access { get; init; }

    [Inject]
    public required Signal<CodeChanged> Changes { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override object LoadKey => (Q, Language, Name, Conversation, Number);

    private int At => Math.Max(1, Number ?? 1);

    private bool IsFiltered =>
        !string.IsNullOrWhiteSpace(Q) || Language is { Length: > 0 } || Name is { Length: > 0 } || Conversation is not null;

    private string? Position =>
        _page is { Items.Count: > 0 }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{((At - 1) * AtOnce) + 1:N0}–{((At - 1) * AtOnce) + _page.Items.Count:N0} of {_page.Total:N0}"
            )
            : null;

    protected override void OnInitialized()
    {
        _search.Show(Q);
        Watch(Tables.CodeBlocks); // What other programs write.
        Follow(Changes, change => change.UserId is null || change.UserId == Access.Owner ? InvokeAsync(ReloadAsync) : Task.CompletedTask);
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _search.Show(Q);
        var choices = await Code.ChoicesAsync(cancel);
        _languages = WithChosen("Every language", choices.Languages, Language, CodeLanguages.NameOf);
        _names = WithChosen("Every name", choices.Names, Name, name => name);
        var page = new PageRequest((Math.Min(At, 1_000_000) - 1) * AtOnce, AtOnce);
        var outcome = await Code.ListAsync(new(Q, Language, Name, Conversation), page, cancel);
        _problem = outcome.ProblemWith("The list");
        _page = outcome is Outcome<PageOf<CodeRow>>.Ok { Value: var found } ? found : new([], 0);
        if (_page is { Items.Count: 0, Total: > 0 })
        {
            Navigation.Show("page", null, replace: true); // Beyond the end: what was there has been deleted.
        }
    }

    protected override void Dispose(bool isDisposing)
    {
        _search.Dispose();
        base.Dispose(isDisposing);
    }

    private static IReadOnlyList<Choice<string>> WithChosen(
        string all,
        IReadOnlyList<string> known,
        string? chosen,
        Func<string, string> words
    ) =>
        [
            new("", all),
            .. (string.IsNullOrEmpty(chosen) || known.Contains(chosen) ? known : [chosen, .. known]).Select(one => new Choice<string>(
                one,
                Unseen.Reveal(Shorten(words(one)))
            )),
        ];

    /// <summary>A list is as wide as the longest of its choices.</summary>
    private static string Shorten(string text) => text.Length <= LongestChoice ? text : $"{WholeText.Of(text[..LongestChoice])}…";

    private void Choose(string key, string? value) => Navigation.Show((key, value), ("page", null));

    private async Task TypeAsync(string? text)
    {
        if (await _search.TypeAsync(text, Clock))
        {
            Navigation.NavigateTo(Navigation.UrlWith(("q", text?.Trim()), ("page", null)), replace: true);
        }
    }
}
