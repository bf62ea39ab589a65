using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Rendering;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class TurningToATabTests : KitContext
{
    private readonly List<string> _loaded = [];

    private string Url => Get<NavigationManager>().Uri;

    [Fact]
    public void The_first_is_shown_where_the_url_says_nothing_or_a_name_that_is_none()
    {
        Get<NavigationManager>().NavigateTo("/thing?tab=nine");

        var tabs = Render<Tabs>(Three);

        Assert.Equal("first", Shown(tabs));
        Assert.NotNull(tabs.Find("[role=group][aria-label=Parts] [role=tablist]"));
        Assert.Equal(["one"], tabs.FindAll("[role=tab][aria-selected=true]").Select(tab => tab.TextContent.Trim()));
    }

    [Fact]
    public void What_is_chosen_stands_in_the_url_by_its_name()
    {
        Get<NavigationManager>().NavigateTo("/thing?range=24h");
        var tabs = Render<Tabs>(Three);

        Choose(tabs, "three");
        Assert.Equal("third", Shown(tabs));
        Assert.EndsWith("/thing?range=24h&tab=three", Url, StringComparison.Ordinal);
        Choose(tabs, "one");

        Assert.Equal("first", Shown(tabs));
        Assert.EndsWith("/thing?range=24h", Url, StringComparison.Ordinal);
    }

    [Fact]
    public void The_url_says_which_tab_is_shown_and_the_way_back_leads_to_the_one_before()
    {
        Get<NavigationManager>().NavigateTo("/thing?tab=two");
        var tabs = Render<Tabs>(Three);
        Assert.Equal("second", Shown(tabs));

        Get<NavigationManager>().NavigateTo("/thing");
        tabs.WaitForAssertion(() => Assert.Equal("first", Shown(tabs)));
        Get<NavigationManager>().NavigateTo("/thing?tab=two");

        tabs.WaitForAssertion(() => Assert.Equal("second", Shown(tabs)));
    }

    [Fact]
    public void Only_what_is_shown_is_loaded_and_once()
    {
        Get<NavigationManager>().NavigateTo("/thing?tab=two");
        var tabs = Render<Tabs>(Three);
        tabs.Render();

        Choose(tabs, "three");
        tabs.Render();

        Assert.Equal(["second", "third"], _loaded);
    }

    [Fact]
    public void Another_page_does_not_turn_the_tabs_of_the_one_that_is_left()
    {
        Get<NavigationManager>().NavigateTo("/thing?tab=two");
        var tabs = Render<Tabs>(Three);

        Get<NavigationManager>().NavigateTo("/other?tab=one");
        tabs.Render();

        Assert.Equal("second", Shown(tabs));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tab_that_only_some_may_see_is_shown_to_those_alone(bool may)
    {
        Reader.SetPolicies(may ? ["Look"] : []);
        Get<NavigationManager>().NavigateTo("/thing?tab=three");

        var tabs = Render<Tabs>(given =>
        {
            RenderFragment<AuthenticationState> seen = _ => content => Add(content, "three", "third");
            Named(given)
                .Add(t => t.Query, "tab")
                .AddChildContent(builder =>
                {
                    Add(builder, "one", "first");
                    Add(builder, "two", "second");
                    builder.OpenComponent<AuthorizeView>(0);
                    builder.AddAttribute(1, nameof(AuthorizeView.Policy), "Look");
                    builder.AddAttribute(2, nameof(AuthorizeView.ChildContent), seen);
                    builder.CloseComponent();
                });
        });

        tabs.WaitForAssertion(() => Assert.Equal(may, Shown(tabs) == "third"));
        Assert.Single(tabs.FindAll("[role=tab][aria-selected=true]"));
    }

    [Fact]
    public void A_digit_leads_to_a_tab_where_they_are_numbered()
    {
        var tabs = Render<Tabs>(given =>
        {
            Three(given);
            given.Add(t => t.Numbered, true);
        });

        tabs.Find("[data-shortcut='mod+3']").Click();

        Assert.Equal("third", Shown(tabs));
        Assert.EndsWith("?tab=three", Url, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_parent_keeps_it_the_parent_is_told_and_followed()
    {
        string? told = null;
        var tabs = Render<Tabs>(given =>
        {
            Panels(given);
            given.Add(t => t.Active, "two").Add(t => t.ActiveChanged, name => told = name);
        });
        Assert.Equal("second", Shown(tabs));

        Choose(tabs, "three");
        Assert.Equal("three", told);
        tabs.Render(given => given.Add(t => t.Active, "one"));

        Assert.Equal("first", Shown(tabs));
    }

    private static string Shown(IRenderedComponent<Tabs> tabs) => tabs.Find("[role=tabpanel]").TextContent.Trim();

    private static void Choose(IRenderedComponent<Tabs> tabs, string name) =>
        tabs.FindAll("[role=tab]").Single(tab => tab.TextContent.Trim() == name).Click();

    private void Three(ComponentParameterCollectionBuilder<Tabs> tabs)
    {
        Panels(tabs);
        tabs.Add(t => t.Query, "tab");
    }

    private static ComponentParameterCollectionBuilder<Tabs> Named(ComponentParameterCollectionBuilder<Tabs> tabs) =>
        tabs.Add(t => t.Label, "Parts").Add(t => t.Names, ["one", "two", "three"]);

    private void Panels(ComponentParameterCollectionBuilder<Tabs> tabs) =>
        Named(tabs)
            .AddChildContent(builder =>
            {
                Add(builder, "one", "first");
                Add(builder, "two", "second");
                Add(builder, "three", "third");
            });

    private void Add(RenderTreeBuilder builder, string name, string text)
    {
        builder.OpenComponent<MudTabPanel>(0);
        builder.AddAttribute(1, nameof(MudTabPanel.Text), name);
        builder.AddAttribute(
            2,
            nameof(MudTabPanel.ChildContent),
            (RenderFragment)(
                content =>
                {
                    content.OpenComponent<Loading>(0);
                    content.AddAttribute(1, nameof(Loading.Text), text);
                    content.AddAttribute(2, nameof(Loading.Loaded), _loaded);
                    content.CloseComponent();
                }
            )
        );
        builder.CloseComponent();
    }

    private sealed class Loading : ComponentBase
    {
        [Parameter]
        public required string Text { get; set; }

        [Parameter]
        public required List<string> Loaded { get; set; }

        protected override void OnInitialized() => Loaded.Add(Text);

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Text);
    }
}
