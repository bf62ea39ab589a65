using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Health;

/// <summary>The disk on the Overview, before it is full.</summary>
internal sealed class DiskArea(RegistryLocation location, StoreProblems troubles, DiskReader disks) : IOverviewArea
{
    /// <summary>A disk fills where it has less than a tenth left and less than this.</summary>
    private const long Little = 10_000_000_000;

    /// <summary>Soon nothing can be saved.</summary>
    private const long VeryLittle = 1_000_000_000;

    public string Title => "Disk";

    public string Url => Urls.Backups;

    public string Icon => "server";

    public int Order => 90;

    public string Policy => Policies.ReadSettings;

    public bool HasTile => false;

    public IDisposable Subscribe(Action changed)
    {
        troubles.Changed += changed;
        return new Subscription(troubles, changed);
    }

    public Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var space = disks(location.DataDirectory);
        var isFull = space.Free < VeryLittle || troubles.All.Any(trouble => trouble.Key == StoreProblems.Disk);
        var fills = isFull || (space.Free < Little && space.Free < space.All / 10);
        return Task.FromResult(new AreaReading { Attention = fills ? [AttentionFor(space, isFull)] : [] });
    }

    private Attention AttentionFor(DiskSpace space, bool isFull) =>
        new(
            isFull ? Tone.Bad : Tone.Warning,
            isFull ? "The disk is nearly full" : "The disk is filling up",
            $"{Sizes.Of(space.Free)} of {Sizes.Of(space.All)} are free on the disk of {location.DataDirectory}."
        )
        {
            Act = new("Free space: delete old backups…", Policies.RestoreBackups) { Url = Urls.Backups, Api = "DELETE /api/backups/{id}" },
        };

    private sealed class Subscription(StoreProblems troubles, Action changed) : IDisposable
    {
        public void Dispose() => troubles.Changed -= changed;
    }
}
