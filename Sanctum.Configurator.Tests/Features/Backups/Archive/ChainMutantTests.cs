using Sanctum.Configurator.Features.Backups.Archive;

namespace Sanctum.Configurator.Tests.Features.Backups.Archive;

/// <summary>A chain of which one file was damaged or exchanged is refused, and what is wrong is named.</summary>
public sealed class ChainMutantTests : IDisposable
{
    private const int MutantsOfEachFile = 100;
    private const int Block = 64;

    private readonly SqliteChain _chain = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private List<ChainLink> Links => _chain.Links;

    public void Dispose() => _chain.Dispose();

    /// <summary>
    /// Flipped bits, cut ends, blocks of zeros, moved blocks and doubled beginnings, spread over each of the three files.
    /// </summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public async Task Of_so_many_mutants_of_one_file_none_passes(int link)
    {
        await BuildAsync();
        var file = Links[link].File;
        var whole = await File.ReadAllBytesAsync(file, Cancel);
        for (var number = 0; number < MutantsOfEachFile; number++)
        {
            var at = 1 + (int)((long)number * (whole.Length - Block - 2) / MutantsOfEachFile);
            await File.WriteAllBytesAsync(file, Mutate(whole, number % 5, at, (at + (whole.Length / 3)) % (whole.Length - Block)), Cancel);

            var refusal = await RefusalAsync();

            Assert.True(refusal is not null, $"Mutant {number} of {Path.GetFileName(file)} passed for whole.");
            if (link < 2)
            {
                Assert.True(
                    refusal.Part is SqliteChain.Part or SqliteChain.FilePart
                        || refusal.Message.Contains(Path.GetFileName(file), StringComparison.Ordinal),
                    $"Of mutant {number}, what is said names neither the file nor the part: {refusal.Message}"
                );
            }
        }

        await File.WriteAllBytesAsync(file, whole, Cancel);
        Assert.Null(await RefusalAsync());
    }

    [Theory, InlineData(0, 1), InlineData(1, 2), InlineData(2, 1), InlineData(1, 0)]
    public async Task A_file_in_the_place_of_another_of_the_same_chain_is_missed(int place, int other)
    {
        await BuildAsync();
        File.Copy(Links[other].File, Links[place].File, overwrite: true);

        var refusal = await RefusalAsync();

        // Where the newest itself was exchanged, an older moment comes back: the list of backups says which one it should be.
        Assert.Equal(place == 2, refusal is null);
        Assert.True(
            place == 2
                || refusal!.Message.Contains(
                    $"depends on {Path.GetFileName(Links[place].File)}, which is missing",
                    StringComparison.Ordinal
                ),
            refusal?.Message
        );
    }

    [Fact]
    public async Task A_file_that_was_renamed_to_another_ones_name_is_still_found()
    {
        await BuildAsync();
        var (first, second) = (await File.ReadAllBytesAsync(Links[0].File, Cancel), await File.ReadAllBytesAsync(Links[1].File, Cancel));
        await File.WriteAllBytesAsync(Links[0].File, second, Cancel);
        await File.WriteAllBytesAsync(Links[1].File, first, Cancel);

        Assert.Null(await RefusalAsync());
    }

    private async Task BuildAsync()
    {
        var file = _chain.PathOf("settings.json");
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Range(0, 2000)), Cancel);
        _chain.Fill();
        await _chain.ContinueAsync(also: file);
        _chain.Change(1, 3);
        await _chain.ContinueAsync(also: file);
        _chain.Change(1, 5);
        await _chain.ContinueAsync(also: file);
    }

    /// <summary>What is said when all of the newest is brought back; null where it is what it was.</summary>
    private async Task<ArchiveDamagedException?> RefusalAsync()
    {
        var copy = _chain.PathOf("copy");
        try
        {
            using var chain = ArchiveChain.Open(Links[2].File, null);
            foreach (var part in chain.Manifest.Parts)
            {
                await chain.UnpackAsync(part, copy, null, Cancel);
            }

            return null;
        }
        catch (ArchiveDamagedException e)
        {
            return e;
        }
    }

    private static byte[] Mutate(byte[] whole, int kind, int at, int to)
    {
        var mutant = (byte[])whole.Clone();
        switch (kind)
        {
            case 0:
                mutant[at] ^= (byte)(1 << (to % 8));
                return mutant;
            case 1:
                return mutant[..at];
            case 2:
                mutant.AsSpan(at, Block).Clear();
                mutant[at] = (byte)~whole[at];
                return mutant;
            case 3:
                whole.AsSpan(at, Block).CopyTo(mutant.AsSpan(to));
                mutant[to] = (byte)~whole[to];
                return mutant;
            default:
                return [.. whole[..at], .. whole];
        }
    }
}
