using Sanctum.Configurator.Platform.Versions;

namespace Sanctum.Configurator.Tests.Platform.Versions;

public sealed class ReadingVersionsTests
{
    [Fact]
    public void Versions_stand_in_the_order_of_the_specification()
    {
        string[] rising =
        [
            "0.0.0-0",
            "0.0.0",
            "0.9.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.2",
            "v1.2.1",
            "2",
            "2.0.1+build.7",
            "10.0.0-99999999999999999999",
            "10.0.0-100000000000000000000",
            "10.0.0",
        ];
        var versions = rising.Select(text => SemanticVersion.Find(text)!).ToList();

        Assert.Equal(versions, versions.AsEnumerable().Reverse().Order());
        Assert.Equal(versions.Count, versions.Distinct().Count());
    }

    [Theory]
    [InlineData("1.2", "1.2.0")]
    [InlineData("v3", "3.0.0")]
    [InlineData(" 1.2.3-rc.1+5 ", "1.2.3-rc.1")]
    [InlineData("1.2.3+001", "1.2.3")]
    public void A_version_is_read_as_plugins_write_it(string text, string version) =>
        Assert.Equal(version, $"{SemanticVersion.Find(text)}");

    [Theory]
    [InlineData("", 1, "A number is missing.")]
    [InlineData("1.", 3, "A number is missing.")]
    [InlineData("latest", 1, "Expected a number.")]
    [InlineData("1.02.3", 3, "A number does not begin with 0.")]
    [InlineData("1.2.3.4", 7, "A version has at most three numbers.")]
    [InlineData("1.2-beta", 4, "A prerelease follows three numbers, such as 1.2.0-beta.")]
    [InlineData("1.2.3-", 7, "Expected letters or digits.")]
    [InlineData("1.2.3-a..b", 9, "Expected letters or digits.")]
    [InlineData("1.2.3-01", 7, "A number does not begin with 0.")]
    [InlineData("1.2.3 4", 7, "Nothing may follow a version.")]
    [InlineData("1.x", 1, "A version can only contain numbers; use x and * in a range.")]
    [InlineData("1234567890123456", 1, "A number has at most 15 digits.")]
    public void What_is_no_version_is_refused_with_the_place_and_the_reason(string text, int position, string reason)
    {
        Assert.Null(SemanticVersion.Read(text, out var fault));
        Assert.Equal(new(position, reason), fault);
    }

    /// <summary>Most of these are from the documentation of npm's ranges.</summary>
    [Theory]
    [InlineData("", "0.0.0 1.2.3", "1.2.3-beta")]
    [InlineData("*", "0.0.0 9.9.9", "1.0.0-a")]
    [InlineData("1.2.3", "1.2.3 1.2.3+7", "1.2.4 1.2.3-a")]
    [InlineData("=1.2.3", "1.2.3", "1.2.2")]
    [InlineData("==1.2", "1.2.0 1.2.9", "1.3.0")]
    [InlineData("v1.x", "1.0.0 1.9.9", "2.0.0 2.0.0-a 0.9.9")]
    [InlineData("1.2.*", "1.2.0 1.2.9", "1.3.0 1.3.0-a")]
    [InlineData("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-a 1.3.0-a")]
    [InlineData("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2")]
    [InlineData("^0.0.3", "0.0.3", "0.0.4 0.0.2")]
    [InlineData("^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.4 1.2.3 1.3.0", "1.2.3-beta.1 1.2.4-beta.2")]
    [InlineData("^1.2.x", "1.2.0 1.9.0", "1.1.9 2.0.0")]
    [InlineData("^0.0.x", "0.0.0 0.0.9", "0.1.0")]
    [InlineData("^0.x", "0.0.1 0.9.9", "1.0.0")]
    [InlineData("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2")]
    [InlineData("~> 1.2", "1.2.0 1.2.9", "1.3.0")]
    [InlineData("~1", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("~=1.2", "1.2.0 1.9.9", "2.0.0 1.1.9")]
    [InlineData("~=1.2.3", "1.2.3 1.2.9", "1.3.0")]
    [InlineData(">1.2", "1.3.0", "1.2.9 1.2.0")]
    [InlineData("<=1.2", "1.2.9 0.0.0", "1.3.0 1.3.0-a")]
    [InlineData("<1.2", "1.1.9", "1.2.0 1.2.0-a")]
    [InlineData(">=1.2,<2", "1.2.0 1.9.9", "2.0.0 1.1.0")]
    [InlineData(">=1.2<2", "1.2.0 1.9.9", "2.0.0 1.1.0")]
    [InlineData(">= 1.2.3 , < 1.3", "1.2.3", "1.3.0")]
    [InlineData("1.2.3 - 2.3.4", "1.2.3 2.3.4", "2.3.5 1.2.2")]
    [InlineData("1.2 - 2.3", "1.2.0 2.3.9", "2.4.0")]
    [InlineData("1.2.3 - 2", "2.9.9", "3.0.0")]
    [InlineData("<1.0.0 || >=2.3.1 <2.4.5 || >=2.5.2 <3.0.0", "0.9.0 2.3.1 2.5.2", "1.0.0 2.4.5 2.5.1 3.0.0")]
    [InlineData("1.x||", "7.0.0", "7.0.0-a")]
    [InlineData("<*", "", "0.0.0 1.0.0")]
    [InlineData(">*", "", "0.0.0 1.0.0")]
    [InlineData(">=*", "0.0.0 1.0.0", "")]
    public void A_range_lets_in_some_versions_and_others_not(string range, string allowed, string others)
    {
        var read = VersionRange.Read(range, out var fault);

        Assert.Null(fault);
        Assert.All(
            allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            version => Assert.True(read!.Allows(SemanticVersion.Find(version)!), version)
        );
        Assert.All(
            others.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            version => Assert.False(read!.Allows(SemanticVersion.Find(version)!), version)
        );
    }

    [Theory]
    [InlineData(">=", 3, "A number is missing.")]
    [InlineData("1.x | 2.x", 5, "Separate alternatives with ||.")]
    [InlineData("!=1.2", 1, "!= is not supported. Use a range such as <1.3.0 || >1.3.0.")]
    [InlineData("1.2x", 4, "Expected a space or an operator such as >=.")]
    [InlineData("1.2 -", 5, "Expected a number.")]
    [InlineData("newest", 1, "Expected a number.")]
    public void What_is_no_range_is_refused_with_the_place_and_the_reason(string text, int position, string reason)
    {
        Assert.Null(VersionRange.Read(text, out var fault));
        Assert.Equal(new(position, reason), fault);
    }

    [Theory]
    [InlineData("^1.2", "~1.4", true)]
    [InlineData("^1.2", "^2.0", false)]
    [InlineData("<1.2.3", ">=1.2.3", false)]
    [InlineData("<=1.2.3", ">=1.2.3", true)]
    [InlineData(">1.2.3-a", "<1.2.3-b", true)]
    [InlineData(">1.2.3 <1.2.4", "*", false)]
    [InlineData("1.x || 3.x", "2.x || 3.1", true)]
    [InlineData("<*", "*", false)]
    public void Ranges_meet_or_do_not(string one, string other, bool meet)
    {
        var (first, second) = (VersionRange.Read(one, out _)!, VersionRange.Read(other, out _)!);

        Assert.Equal((meet, meet), (first.Meets(second), second.Meets(first)));
    }
}
