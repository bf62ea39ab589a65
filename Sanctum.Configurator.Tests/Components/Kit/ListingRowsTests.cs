using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class ListingRowsTests : KitContext
{
    private readonly List<(PageRequest Request, CancellationToken Token, TaskCompletionSource<PageOf<string>> Answer)> _asked = [];

    [Fact]
    public void It_says_that_it_is_loading_until_the_first_rows_come()
    {
        var table = Show();

        Assert.Contains("Loading agents", table.Find("[role=status]").TextContent);
    }

    [Fact]
    public void The_rows_stand_in_a_table_named_by_the_label()
    {
        var table = Show();

        Answer(0, "Scribe", "Herald");

        table.WaitForAssertion(() =>
            Assert.Equal(["Scribe", "Herald"], table.FindAll("[role=rowheader]").Select(cell => cell.TextContent.Trim()))
        );
        Assert.Equal("Agents", table.Find("table").GetAttribute("aria-label"));
    }

    [Fact]
    public void No_rows_have_a_look_of_their_own()
    {
        var table = Show();

        Answer(0);

        table.WaitForAssertion(() => Assert.Contains("No agents yet", table.Markup));
    }

    [Fact]
    public void A_failed_load_can_be_tried_again()
    {
        var table = Show();
        _asked[0].Answer.SetException(new InvalidOperationException("secret detail"));
        table.WaitForElement("[role=alert] button").Click();

        Answer(1, "Scribe");

        table.WaitForAssertion(() => Assert.Contains("Scribe", table.Markup));
        Assert.DoesNotContain("secret detail", table.Markup);
    }

    [Fact]
    public void Sorting_goes_into_the_url_and_turns_round_the_second_time()
    {
        var table = Show();
        Answer(0, "Scribe");

        table.WaitForElement(".sort").Click();
        Answer(1, "Scribe");
        Assert.EndsWith("?sort=name", Get<NavigationManager>().Uri);
        table.WaitForAssertion(() => Assert.Equal("ascending", table.Find("th").GetAttribute("aria-sort")));
        table.Find(".sort").Click();

        Assert.EndsWith("sort=name&order=falling", Get<NavigationManager>().Uri);
        Assert.Equal(new PageRequest(0, 2, "name", true), _asked[2].Request);
    }

    [Fact]
    public void An_order_of_the_url_that_the_list_does_not_have_is_the_lists_own()
    {
        Get<NavigationManager>().NavigateTo("/agents?sort=size");
        var table = Show();
        _asked[0].Answer.SetException(BadQueryException.Sort("size", ["name"]));

        table.WaitForAssertion(() => Assert.Null(_asked[1].Request.Sort));
        Answer(1, "Scribe");

        table.WaitForAssertion(() => Assert.Contains("Scribe", table.Markup));
    }

    [Fact]
    public void The_url_decides_what_is_shown_first()
    {
        Get<NavigationManager>().NavigateTo("/agents?page=2&sort=name&order=falling&search=sc");

        Show();

        Assert.Equal(new PageRequest(2, 2, "name", true, "sc"), _asked[0].Request);
    }

    [Fact]
    public void A_newer_load_cancels_the_one_it_replaces_whose_late_answer_is_not_shown()
    {
        var table = Show();

        Get<NavigationManager>().NavigateTo("/?page=2");
        table.WaitForAssertion(() => Assert.Equal(2, _asked.Count));
        Answer(1, "Herald");
        Answer(0, "Scribe");

        table.WaitForAssertion(() => Assert.Contains("Herald", table.Markup));
        Assert.True(_asked[0].Token.IsCancellationRequested);
        Assert.DoesNotContain("Scribe", table.Markup);
    }

    [Fact]
    public void What_is_typed_into_the_search_outlasts_another_address_and_is_asked_for_with_it()
    {
        var clock = new FakeTimeProvider();
        Services.AddSingleton<TimeProvider>(clock);
        var table = Show();
        Answer(0, "Scribe");
        table.WaitForElement("input[type=search]").Input("her");

        Get<NavigationManager>().NavigateTo("/?sort=name&page=2&search=scr");
        table.WaitForAssertion(() => Assert.Equal(new PageRequest(0, 2, "name", false, "her"), _asked[1].Request));
        Assert.Equal("her", table.Find("input[type=search]").GetAttribute("value"));
        clock.Advance(TimeSpan.FromSeconds(1));
        table.WaitForAssertion(() => Assert.EndsWith("?sort=name&search=her", Get<NavigationManager>().Uri));
        Assert.Equal(new PageRequest(0, 2, "name", false, "her"), _asked[^1].Request);

        Get<NavigationManager>().NavigateTo("/?search=scr");
        table.WaitForAssertion(() => Assert.Equal(new PageRequest(0, 2, Search: "scr"), _asked[^1].Request));
    }

    [Fact]
    public void An_older_address_that_comes_late_does_not_undo_what_was_asked_for_since()
    {
        var (clock, browser) = (new FakeTimeProvider(), new SlowBrowser());
        Services.AddSingleton<TimeProvider>(clock);
        Services.AddSingleton<NavigationManager>(browser);
        var table = Show();
        Answer(0, "Scribe");
        table.WaitForElement("input[type=search]").Input("her");
        clock.Advance(TimeSpan.FromSeconds(1));
        table.WaitForAssertion(() => Assert.Equal("her", _asked[^1].Request.Search));

        table.InvokeAsync(() => browser.Arrive("/?sort=name"));
        Assert.Equal("her", table.Find("input[type=search]").GetAttribute("value"));
        table.Find("input[type=search]").Input("");
        clock.Advance(TimeSpan.FromSeconds(1));
        table.WaitForAssertion(() => Assert.Null(_asked[^1].Request.Search));

        Assert.Equal(["/?search=her", "/"], browser.Asked);
        table.InvokeAsync(() => browser.Arrive("/?search=her"));
        table.InvokeAsync(() => browser.Arrive("/"));
        Assert.Null(_asked[^1].Request.Search);
        table.InvokeAsync(() => browser.Arrive("/?search=scr"));
        table.WaitForAssertion(() => Assert.Equal("scr", _asked[^1].Request.Search));
    }

    [Fact]
    public void Beyond_the_end_the_last_page_is_shown()
    {
        Get<NavigationManager>().NavigateTo("/?page=9");
        var table = Show();

        _asked[0].Answer.SetResult(new([], 3));

        table.WaitForAssertion(() => Assert.Equal(2, _asked[1].Request.Skip));
    }

    [Fact]
    public void Leaving_the_page_cancels_the_load()
    {
        var table = Show();

        table.Instance.Dispose();

        Assert.True(_asked[0].Token.IsCancellationRequested);
    }

    private void Answer(int at, params string[] rows) => _asked[at].Answer.SetResult(new(rows, rows.Length == 0 ? 0 : 5));

    private IRenderedComponent<DataTable<string>> Show() =>
        Render<DataTable<string>>(table =>
            table
                .Add(t => t.Label, "Agents")
                .Add(t => t.Take, 2)
                .Add(t => t.Searchable, true)
                .Add(t => t.Rows, AskAsync)
                .Add(t => t.Empty, builder => builder.AddContent(0, "No agents yet"))
                .Add(t => t.ChildContent, NameColumn)
        );

    private Task<PageOf<string>> AskAsync(PageRequest request, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<PageOf<string>>();
        _asked.Add((request, cancel, answer));
        return answer.Task;
    }

    private static void NameColumn(RenderTreeBuilder builder)
    {
        builder.OpenComponent<ListColumn<string>>(0);
        builder.AddComponentParameter(1, nameof(ListColumn<>.Title), "Name");
        builder.AddComponentParameter(2, nameof(ListColumn<>.Sort), "name");
        builder.AddComponentParameter(3, nameof(ListColumn<>.Heading), true);
        builder.AddComponentParameter(4, nameof(ListColumn<>.Value), (Func<string, object?>)(name => name));
        builder.CloseComponent();
    }

    /// <summary>Tells of an address some time after it was asked for it.</summary>
    private sealed class SlowBrowser : NavigationManager
    {
        public SlowBrowser() => Initialize("http://localhost/", "http://localhost/");

        public List<string> Asked { get; } = [];

        public void Arrive(string path)
        {
            Uri = ToAbsoluteUri(path).ToString();
            NotifyLocationChanged(isInterceptedLink: false);
        }

        protected override void NavigateToCore(string uri, NavigationOptions options) => Asked.Add(ToAbsoluteUri(uri).PathAndQuery);
    }
}
