namespace Sanctum.Configurator.Features.Health;

/// <summary>How much of a disk is free, in bytes.</summary>
internal sealed record DiskSpace(long Free, long All)
{
    public static DiskSpace Of(string folder)
    {
        var drive = new DriveInfo(folder);
        return new(drive.AvailableFreeSpace, drive.TotalSize);
    }
}

/// <summary>Asks the system for the disk of a folder.</summary>
internal delegate DiskSpace DiskReader(string folder);
