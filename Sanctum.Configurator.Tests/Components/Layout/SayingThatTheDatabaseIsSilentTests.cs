using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Layout;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Components.Layout;

public sealed class SayingThatTheDatabaseIsSilentTests : KitContext
{
    [Fact]
    public void Every_page_says_so_until_it_answers()
    {
        var health = new DatabaseHealth(new ManualClock(), "the disk of /data");
        Services.AddSingleton(health);
        var banner = Render<OutageBanner>();
        Assert.Empty(banner.Markup.Trim());

        health.Take(hasAnswered: false);

        banner.WaitForAssertion(() => Assert.Contains("The database does not answer", banner.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains("look at the disk of /data", banner.Markup, StringComparison.Ordinal);

        health.Take(hasAnswered: true);

        banner.WaitForAssertion(() => Assert.Empty(banner.Markup.Trim()));
    }
}
