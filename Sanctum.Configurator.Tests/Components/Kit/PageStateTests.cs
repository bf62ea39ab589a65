using Bunit;
using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class PageStateTests : KitContext
{
    private NavigationManager Navigation => Get<NavigationManager>();

    [Theory]
    [InlineData("maren", "http://localhost/history?page=2&who=maren")]
    [InlineData("", "http://localhost/history?page=2")]
    [InlineData(null, "http://localhost/history?page=2")]
    public void What_is_chosen_stands_in_the_address_and_nothing_leaves_it(string? who, string address)
    {
        Navigation.NavigateTo("/history?page=2&who=otto");

        Navigation.Show("who", who);

        Assert.Equal(Sorted(address), Sorted(Navigation.Uri));
    }

    [Fact]
    public void Several_values_change_at_once()
    {
        Navigation.NavigateTo("/history?table=agents&row=3");

        Navigation.Show(("table", "tools"), ("row", null));

        Assert.Equal("http://localhost/history?table=tools", Navigation.Uri);
    }

    [Fact]
    public void What_is_typed_leaves_no_trail_for_the_back_button()
    {
        Navigation.NavigateTo("/logs");

        Navigation.Show("q", "level>=error", replace: true);

        Assert.True(((Bunit.TestDoubles.BunitNavigationManager)Navigation).History.First().Options.ReplaceHistoryEntry);
    }

    private static string Sorted(string address) =>
        string.Join('&', new Uri(address).Query.TrimStart('?').Split('&').Order(StringComparer.Ordinal));
}
