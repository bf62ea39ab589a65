using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>A chain of a full backup and two increments, restored when something is wrong with it.</summary>
public sealed class RestoringDamagedChainsTests
{
    private const string Passphrase = "the lamp is lit at nine";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TestDatabase.Sqlite, 0)]
    [InlineData(TestDatabase.Sqlite, 1)]
    [InlineData(TestDatabase.Sqlite, 2)]
    [InlineData(TestDatabase.Postgres, 0)]
    [InlineData(TestDatabase.Postgres, 1)]
    public async Task A_flipped_bit_anywhere_in_the_chain_names_its_part_and_nothing_is_touched(TestDatabase database, int bad)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var chain = await ChainAsync(console, null);
        var file = chain[bad].FilePath!;
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        bytes[200] ^= 4;
        await File.WriteAllBytesAsync(file, bytes, Cancel);

        await RefusedAsync(console, chain[^1], null, "Nothing was changed. The part registry.db is damaged");
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task A_missing_link_is_named_and_nothing_is_touched(int missing)
    {
        await using var console = await BackupRegistry.CreateAsync();
        var chain = await ChainAsync(console, null);
        File.Delete(chain[missing].FilePath!);

        await RefusedAsync(
            console,
            chain[^1],
            null,
            $"Nothing was changed. This backup depends on {Path.GetFileName(chain[missing].FilePath)}, which is missing."
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_wrong_passphrase_is_said_and_nothing_is_touched(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var chain = await ChainAsync(console, Passphrase);

        await RefusedAsync(console, chain[^1], "the lamp is out at ten", "Nothing was changed. The passphrase is wrong");
    }

    [Fact]
    public async Task A_link_whose_end_was_cut_off_is_named_and_nothing_is_touched()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var chain = await ChainAsync(console, null);
        var bytes = await File.ReadAllBytesAsync(chain[1].FilePath!, Cancel);
        await File.WriteAllBytesAsync(chain[1].FilePath!, bytes[..^20], Cancel);

        await RefusedAsync(
            console,
            chain[^1],
            null,
            $"Nothing was changed. {Path.GetFileName(chain[1].FilePath)}, which this backup depends on, can't be read."
        );
    }

    private static async Task<List<BackupRow>> ChainAsync(BackupRegistry console, string? passphrase)
    {
        var chain = new List<BackupRow>();
        foreach (var name in new[] { "Athena", "Monday", "Timbre" })
        {
            await console.AddAgentAsync(name);
            chain.Add(
                await console.BackUpAsync(
                    new() { Type = chain.Count == 0 ? BackupType.Full : BackupType.Incremental, Passphrase = passphrase }
                )
            );
        }

        Assert.Equal(chain[1].ArchiveId, chain[2].ParentArchiveId);
        await console.AddAgentAsync("A newcomer");
        return chain;
    }

    /// <summary>Restores it both ways, and looks that every table is as it was.</summary>
    private static async Task RefusedAsync(BackupRegistry console, BackupRow backup, string? passphrase, string reason)
    {
        var before = await StateAsync(console);

        var preview = Assert.IsType<Outcome<RestorePlan>.Invalid>(await console.PreviewAsync(backup, passphrase));
        var refused = Assert.IsType<Outcome<RestorePlan>.Invalid>(
            await console.AsAdministratorAsync(
                (RestoreService restores) =>
                    restores.RestoreAsync(backup.Id, new() { Confirm = backup.Name, Passphrase = passphrase }, Cancel)
            )
        );

        Assert.StartsWith(reason, preview.Reasons[""], StringComparison.Ordinal);
        Assert.StartsWith(reason, refused.Reasons[""], StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(console));
        Assert.Empty(Directory.EnumerateFileSystemEntries(console.Registry.Location.BackupsFolder, ".work-*"));
    }

    private static async Task<string> StateAsync(BackupRegistry console)
    {
        await using var context = console.Registry.Open();
        return $"{string.Join(' ', (await console.AgentsAsync()).OrderBy(pair => pair.Key))} {await context.Backups.CountAsync(Cancel)} backups {await context.Changes.CountAsync(Cancel)} changes";
    }
}
