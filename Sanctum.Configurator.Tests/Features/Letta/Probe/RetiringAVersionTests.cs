using System.Globalization;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class RetiringAVersionTests
{
    [Theory]
    [InlineData("0.16.8", "2026-08-14", true)]
    [InlineData("0.16.8", "2026-08-15", false)]
    [InlineData("v0.16.8", "2026-08-15", false)]
    [InlineData("0.5.0", "2027-01-01", false)]
    [InlineData("0.16.9", "2027-01-01", true)]
    [InlineData("1.0.0-beta", "2027-01-01", true)]
    [InlineData("string", "2027-01-01", null)]
    [InlineData("", "2027-01-01", null)]
    public void V1_is_supported_until_the_day_it_was_retired(string version, string day, bool? isSupported)
    {
        var now = DateTimeOffset.Parse(day + "T00:00:00Z", CultureInfo.InvariantCulture);

        Assert.Equal(isSupported, LettaVersion.Read(version, now).IsSupported);
    }
}
