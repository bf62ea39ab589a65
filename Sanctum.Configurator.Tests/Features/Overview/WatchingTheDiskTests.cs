using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Health;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Features.Overview;

public sealed class WatchingTheDiskTests
{
    [Theory]
    [InlineData(500_000_000_000, 1_000_000_000_000, null)]
    [InlineData(50_000_000_000, 1_000_000_000_000, null)]
    [InlineData(9_000_000_000, 20_000_000_000, null)]
    [InlineData(9_000_000_000, 1_000_000_000_000, Tone.Warning)]
    [InlineData(900_000_000, 1_000_000_000_000, Tone.Bad)]
    public async Task A_disk_that_fills_is_told_before_it_is_full(long free, long all, Tone? expected)
    {
        var area = new DiskArea(new("/data", null), new StoreProblems(), _ => new(free, all));

        var reading = await area.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, reading.Attention.SingleOrDefault()?.Tone);
        Assert.All(reading.Attention, one => Assert.Equal((Urls.Backups, Policies.RestoreBackups), (one.Act!.Url, one.Act.Policy)));
    }

    [Fact]
    public async Task It_is_read_again_when_the_disk_is_found_full()
    {
        var troubles = new StoreProblems();
        IOverviewArea area = new DiskArea(new("/data", null), troubles, _ => new(0, 100));
        var told = 0;
        using (area.Subscribe(() => told++))
        {
            troubles.Set(StoreProblems.Disk, "The disk is full.");
        }

        troubles.Set(StoreProblems.Disk, null);

        Assert.Equal(1, told);
        Assert.Equal(Tone.Bad, Assert.Single((await area.ReadAsync(TestContext.Current.CancellationToken)).Attention).Tone);
    }
}
