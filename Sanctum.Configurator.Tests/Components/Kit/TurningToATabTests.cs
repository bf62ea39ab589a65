using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class TurningToATabTests : KitContext
{
    private string Url => Get<NavigationManager>().Uri;

    [Fact]
    public void The_url_says_which_tab_is_shown_and_the_way_back_leads_to_the_one_before()
    {
        Get<NavigationManager>().NavigateTo("/thing?tab=two");
        var tabs = Render<Tabs>(Two);
        Assert.Equal("second", tabs.Find(".tab-panel").TextContent);

        tabs.FindAll("button")[0].Click();
        Assert.Equal("first", tabs.Find(".tab-panel").TextContent);
        Assert.EndsWith("/thing", Url, StringComparison.Ordinal);
        Get<NavigationManager>().NavigateTo("/thing?tab=two");

        tabs.WaitForAssertion(() => Assert.Equal("second", tabs.Find(".tab-panel").TextContent));
    }

    [Fact]
    public void Another_page_does_not_turn_the_tabs_of_the_one_that_is_left()
    {
        Get<NavigationManager>().NavigateTo("/thing?tab=two");
        var tabs = Render<Tabs>(Two);

        Get<NavigationManager>().NavigateTo("/other?tab=one");
        tabs.Render();

        Assert.Equal("second", tabs.Find(".tab-panel").TextContent);
    }

    private static void Two(ComponentParameterCollectionBuilder<Tabs> tabs) => tabs
        .Add(t => t.Label, "Parts").Add(t => t.Query, "tab")
        .AddChildContent(builder =>
        {
            Add(builder, "one", "first");
            Add(builder, "two", "second");
        });

    private static void Add(RenderTreeBuilder builder, string name, string text)
    {
        builder.OpenComponent<Tab>(0);
        builder.AddAttribute(1, nameof(Tab.Name), name);
        builder.AddAttribute(2, nameof(Tab.Title), name);
        builder.AddAttribute(3, nameof(Tab.ChildContent), (RenderFragment)(content => content.AddContent(0, text)));
        builder.CloseComponent();
    }
}
