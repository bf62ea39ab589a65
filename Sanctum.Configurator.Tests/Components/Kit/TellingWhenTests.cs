using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class TellingWhenTests
{
    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-3, "just now")]
    [InlineData(-30, "in a moment")]
    [InlineData(50, "1 minute ago")]
    [InlineData(7200, "2 hours ago")]
    [InlineData(-7200, "in 2 hours")]
    [InlineData(259200, "3 days ago")]
    [InlineData(40000000, "1 year ago")]
    public void A_moment_is_told_in_words(int secondsAgo, string words) =>
        Assert.Equal(words, When.Relative(TimeSpan.FromSeconds(secondsAgo)));

    [Theory]
    [InlineData(1, "now")]
    [InlineData(-30, "in a moment")]
    [InlineData(-7200, "in 2 hours")]
    public void What_is_to_come_and_is_reached_is_now(int secondsAgo, string words)
    {
        using var context = new BunitContext();
        var clock = new FakeTimeProvider();
        context.Services.AddSingleton<TimeProvider>(clock);

        var shown = context.Render<When>(parameters =>
            parameters.Add(when => when.Value, clock.GetUtcNow().AddSeconds(-secondsAgo)).Add(when => when.Format, "next")
        );

        Assert.Equal(words, shown.Find("time").TextContent);
    }

    [Theory]
    [InlineData("short", 0, "Jan 1, 00:00")]
    [InlineData("short", -2, "Jan 1, 1998, 00:00")]
    [InlineData("lines", 0, "01-01 00:00:00.000")]
    [InlineData("lines", 1, "2001-01-01 00:00:00.000")]
    public void A_day_of_another_year_says_which(string format, int years, string words)
    {
        using var context = new BunitContext();
        var clock = new FakeTimeProvider(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        context.Services.AddSingleton<TimeProvider>(clock);

        var shown = context.Render<When>(parameters =>
            parameters.Add(when => when.Value, clock.GetUtcNow().AddYears(years)).Add(when => when.Format, format)
        );

        Assert.Equal(words, shown.Find("time").TextContent);
    }

    [Fact]
    public void A_stored_time_that_can_not_be_read_is_not_shown_as_one()
    {
        using var context = new BunitContext();
        context.Services.AddSingleton<TimeProvider>(new FakeTimeProvider());

        var shown = context.Render<When>(parameters => parameters.Add(when => when.Value, TimeText.Unreadable));

        Assert.Empty(shown.FindAll("time"));
        Assert.Equal("unreadable", shown.Find("span").TextContent);
    }
}
