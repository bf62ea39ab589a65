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
        var health = new DatabaseHealth(new FakeTimeProvider(), "the disk of /data");
        Services.AddSingleton(health);
        Services.AddSingleton(new StoreProblems());
        var banner = Render<OutageBanner>();
        Assert.Empty(banner.Markup.Trim());

        health.Take(hasAnswered: false);

        banner.WaitForAssertion(() =>
            Assert.Contains("The database does not answer", banner.Find("[role=alert]").TextContent, StringComparison.Ordinal)
        );
        Assert.Contains("look at the disk of /data", banner.Markup, StringComparison.Ordinal);

        health.Take(hasAnswered: true);

        banner.WaitForAssertion(() => Assert.Empty(banner.Markup.Trim()));
    }

    [Fact]
    public void Every_page_says_that_the_disk_is_full_and_that_the_registry_is_gone_while_it_is_so()
    {
        var (health, troubles) = (new DatabaseHealth(new FakeTimeProvider(), "the disk of /data"), new StoreProblems());
        Services.AddSingleton(health);
        Services.AddSingleton(troubles);
        var banner = Render<OutageBanner>();

        troubles.Set(StoreProblems.Disk, "Free some space on /data.");
        health.Take(hasAnswered: false, "registry.db was deleted.");

        banner.WaitForAssertion(() => Assert.Contains("Free some space on /data.", banner.Markup, StringComparison.Ordinal));
        banner.WaitForAssertion(() => Assert.Contains("registry.db was deleted.", banner.Markup, StringComparison.Ordinal));
        troubles.Set(StoreProblems.Disk, null);
        banner.WaitForAssertion(() => Assert.DoesNotContain("Free some space", banner.Markup, StringComparison.Ordinal));
    }
}
