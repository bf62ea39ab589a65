using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>Opens targets, and gives up on those that hang.</summary>
public sealed class BackupStores(
    BackupFiles files,
    OperatorFiles opened,
    OutboundHttp http,
    SecretBox secrets,
    IOptionsMonitor<BackupOptions> options,
    TimeProvider clock
)
{
    private readonly Patience _patience = new(clock);

    /// <summary>Does something with what the target keeps.</summary>
    /// <param name="secretKey">Instead of the stored one, for a target that is not saved yet.</param>
    /// <exception cref="BackupFailedException">It went wrong, or nothing moved for too long.</exception>
    public async Task UseAsync(
        BackupTarget target,
        Func<IBackupStore, IProgress<long>, CancellationToken, Task> act,
        CancellationToken cancel,
        string? secretKey = null
    )
    {
        using var store = Open(target, secretKey);
        await _patience.RunAsync(
            NameOf(target),
            options.CurrentValue.TargetPatience,
            (progress, given) => act(store, progress, given),
            cancel
        );
    }

    private static string NameOf(BackupTarget target) =>
        target.Kind == BackupTargetKind.Folder ? $"The folder {target.Folder} ({target.Name})" : $"{target.Endpoint} ({target.Name})";

    private IBackupStore Open(BackupTarget target, string? secretKey) =>
        target.Kind switch
        {
            BackupTargetKind.Folder => new FolderStore(target.Name, target.Folder!, files.Folder, opened),
            BackupTargetKind.S3 => OpenBucket(target, secretKey),
            _ => throw new InvalidOperationException("The console's own folder can't be another target."),
        };

    /// <summary>A method of its own: the library is loaded only where there is a bucket.</summary>
    private S3Store OpenBucket(BackupTarget target, string? secretKey)
    {
        string secret;
        try
        {
            secret =
                secretKey
                ?? secrets.Open(target.SecretKey, SecretAdoption.PlaceOf(target))
                ?? throw new BackupFailedException($"{target.Name} has no secret key. Enter it.");
        }
        catch (SecretUnreadableException e)
        {
            throw new BackupFailedException(
                $"The secret key of {target.Name} can't be decrypted with this key ring. Restore the keys folder or enter the key again.",
                e
            );
        }

        return new(
            new(
                target.Name,
                new(target.Endpoint!),
                target.Region ?? S3Place.DefaultRegion,
                target.Bucket!,
                target.Prefix ?? "",
                target.AccessKey ?? "",
                secret
            ),
            http
        );
    }
}
