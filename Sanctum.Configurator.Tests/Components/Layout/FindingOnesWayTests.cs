using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Components.Layout;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Components.Layout;

public sealed class FindingOnesWayTests : KitContext
{
    public FindingOnesWayTests()
    {
        Services.AddSingleton(new NavEntry("Users", "/users", "users", 3, "Administer"));
        Services.AddSingleton(new NavEntry("Agents", "/agents", "agents", 2, Group: "Registry"));
        Services.AddSingleton(new NavEntry("Home", "/", "home", 1));
        Services.AddSingleton(new NavEntry("Your sessions", "/account/sessions", "key", 1, Place: NavPlace.UserMenu));
    }

    [Fact]
    public void The_menu_leaves_out_what_the_policy_forbids()
    {
        var menu = Render<NavMenu>();

        menu.WaitForAssertion(() => Assert.Equal(["Home", "Agents"], menu.FindAll("a").Select(link => link.TextContent.Trim())));
    }

    [Fact]
    public void An_administrator_sees_all_of_it()
    {
        Reader.SetPolicies("Administer");

        var menu = Render<NavMenu>();

        menu.WaitForAssertion(() => Assert.Equal(3, menu.FindAll("a").Count));
    }

    [Fact]
    public void A_stranger_sees_none_of_it()
    {
        Reader.SetNotAuthorized();

        var menu = Render<NavMenu>();

        Assert.Empty(menu.FindAll("a"));
    }

    [Theory]
    [InlineData("/queue", "It needs the permission messages:read,")]
    [InlineData("/queue?tab=failures", "It needs the permission messages:read,")]
    [InlineData("/queue/12", "It needs the permission messages:read,")]
    [InlineData("/queues", "Your role does not include this permission.")]
    [InlineData("https://elsewhere.example/queue", "Your role does not include this permission.")]
    public void Who_is_sent_away_is_told_which_permission_is_lacking(string from, string said)
    {
        Services.AddSingleton(new NavEntry("Queue", "/queue", "layers", 4, Policies.ReadMessages));
        Get<NavigationManager>().NavigateTo($"/forbidden?returnUrl={Uri.EscapeDataString(from)}");

        var page = Render<ForbiddenPage>();

        Assert.Contains(said, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_page_that_asks_for_more_than_a_session_the_permission_is_told_that_is_lacking()
    {
        var reader = new ClaimsPrincipal(new ClaimsIdentity([new(Permissions.Claim, Policies.ReadRegistry)], "test"));

        Assert.Equal(Policies.ReadMessages, Forbidden.LackingFor(typeof(QueuePage), reader));
        Assert.Null(Forbidden.LackingFor(typeof(AgentsPage), reader));
    }

    [Fact]
    public void The_user_menu_signs_out_by_a_form_post()
    {
        Reader.SetRoles("Administrator");

        var menu = Render<UserMenu>();

        menu.WaitForAssertion(() => Assert.Contains("Administrator", menu.Markup));
        Assert.Equal("/account/logout", menu.Find("form[method=post]").GetAttribute("action"));
        Assert.Equal("/account/sessions", menu.Find("a").GetAttribute("href"));
    }
}
