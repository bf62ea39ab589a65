using System.Security.Cryptography;
using Sanctum.Configurator.Features.Backups.Archive;

namespace Sanctum.Configurator.Tests.Features.Backups.Archive;

/// <summary>A backup file gives back what was put in, or says what is wrong with it.</summary>
public sealed class ArchiveTests : IDisposable
{
    private const string Passphrase = "the lamp is lit at nine";

    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-archive-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder, "one.sanctum");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public async Task What_goes_in_comes_out(string? passphrase)
    {
        var parts = new Dictionary<string, byte[]>
        {
            ["registry.db"] = [.. Enumerable.Range(0, 3_500_000).Select(at => (byte)(at / 1000))],
            ["keys/key-1.xml"] = "<key/>"u8.ToArray(),
            ["empty"] = [],
            ["noise"] = Noise(9, 1_200_000),
        };
        var written = await WriteAsync(Path, parts, passphrase);

        using var archive = ArchiveReader.Open(Path, PassphraseKeys.Of(passphrase));

        Assert.Equal(parts.Keys, archive.Manifest.Parts.Select(part => part.Name));
        foreach (var part in archive.Manifest.Parts)
        {
            using var copy = new MemoryStream();
            await archive.CopyAsync(part, copy, null, Cancel);
            Assert.Equal(parts[part.Name], copy.ToArray());
        }

        Assert.Equal(new FileInfo(Path).Length, written.SizeBytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path, Cancel))), written.Checksum);
    }

    [Fact]
    public async Task Under_a_passphrase_nothing_can_be_read_without_it()
    {
        await WriteAsync(Path, new() { ["secret-name"] = "a canary in a coal mine"u8.ToArray() }, Passphrase);

        var bytes = await File.ReadAllTextAsync(Path, System.Text.Encoding.Latin1, Cancel);
        var none = Assert.Throws<ArchiveDamagedException>(() => ArchiveReader.Open(Path, null));
        var wrong = Assert.Throws<ArchiveDamagedException>(() => ArchiveReader.Open(Path, PassphraseKeys.Of(Passphrase + "!")));

        Assert.DoesNotContain("canary", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-name", bytes, StringComparison.Ordinal);
        Assert.Equal("This backup is encrypted. Enter its passphrase.", none.Message);
        Assert.StartsWith("The passphrase is wrong", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>Flipped bits, cut ends, blocks of zeros, swapped blocks and doubled ones, each at a place of its own.</summary>
    [Theory]
    [InlineData(null, 500)]
    [InlineData(Passphrase, 20)]
    public async Task Of_so_many_mutants_none_passes_for_whole(string? passphrase, int mutants)
    {
        await WriteAsync(
            Path,
            new()
            {
                ["a"] = Noise(1, 30_000),
                ["b"] = Noise(2, 20_000),
                ["c"] = new byte[40_000],
            },
            passphrase
        );
        var whole = await File.ReadAllBytesAsync(Path, Cancel);

        // Under a passphrase each costs the derivation of the key, which is slow on purpose.
        var places = Noise(3, mutants * 2 * sizeof(int));
        for (var number = 0; number < mutants; number++)
        {
            int Place(int which) =>
                1 + (int)(BitConverter.ToUInt32(places, ((number * 2) + which) * sizeof(int)) % (uint)(whole.Length - 65));
            var mutant = Mutate(whole, number % 5, Place(0), Place(1));
            await File.WriteAllBytesAsync(Path, mutant, Cancel);

            Assert.True(await IsRefusedAsync(passphrase), $"Mutant {number} passed for whole.");
        }
    }

    [Fact]
    public async Task A_damaged_part_is_named_and_the_others_are_not()
    {
        await WriteAsync(
            Path,
            new()
            {
                ["first"] = Noise(1, 50_000),
                ["second"] = Noise(2, 50_000),
                ["third"] = Noise(3, 50_000),
            },
            null
        );
        long at;
        using (var archive = ArchiveReader.Open(Path, null))
        {
            at = archive.Manifest.Parts[1].Offset + 1000;
        }

        var bytes = await File.ReadAllBytesAsync(Path, Cancel);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(Path, bytes, Cancel);
        using var damaged = ArchiveReader.Open(Path, null);

        var verdicts = await damaged.VerifyAsync(null, Cancel);

        Assert.Equal([("first", true), ("second", false), ("third", true)], verdicts.Select(v => (v.Name, v.Ok)));
        Assert.Equal("The part second is damaged near byte 0 of 50,000.", verdicts[1].Message);
    }

    [Fact]
    public async Task Parts_of_two_backups_do_not_mix()
    {
        var other = System.IO.Path.Combine(_folder, "other.sanctum");
        await WriteAsync(Path, new() { ["a"] = Noise(1, 50_000) }, null);
        await WriteAsync(other, new() { ["a"] = Noise(1, 50_000) }, null);
        var (one, two) = (await File.ReadAllBytesAsync(Path, Cancel), await File.ReadAllBytesAsync(other, Cancel));
        long from;
        using (var archive = ArchiveReader.Open(Path, null))
        {
            from = archive.Manifest.Parts[0].Offset;
        }

        Array.Copy(two, from, one, from, 50_000);
        await File.WriteAllBytesAsync(Path, one, Cancel);

        Assert.True(await IsRefusedAsync(null));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("C:\\windows")]
    [InlineData("")]
    public async Task A_name_that_leads_out_of_its_folder_is_refused(string name)
    {
        await WriteAsync(Path, new() { [name] = [1, 2, 3] }, null);

        var refusal = Assert.Throws<ArchiveDamagedException>(() => ArchiveReader.Open(Path, null));

        Assert.Contains("points outside its folder", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "PK\u0003\u0004 some other archive, long enough to have a beginning and an end",
        "This is not a backup of Sanctum Configurator."
    )]
    [InlineData("", "This is not a backup of Sanctum Configurator.")]
    [InlineData(
        "SANCTUM\u0002 a later format, which nobody here has seen yet",
        "This backup was made by a newer console. Update this one to restore it."
    )]
    public async Task A_foreign_or_newer_file_is_refused_with_the_reason(string text, string expected)
    {
        await File.WriteAllTextAsync(Path, text, Cancel);

        Assert.Equal(expected, Assert.Throws<ArchiveDamagedException>(() => ArchiveReader.Open(Path, null)).Message);
    }

    /// <summary>Bytes that look like chance and are the same each time.</summary>
    private static byte[] Noise(byte seed, int length)
    {
        var noise = new byte[length];
        for (var at = 0; at < length; at += SHA256.HashSizeInBytes)
        {
            SHA256
                .HashData([seed, .. BitConverter.GetBytes(at)])
                .AsSpan(0, Math.Min(SHA256.HashSizeInBytes, length - at))
                .CopyTo(noise.AsSpan(at));
        }

        return noise;
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
                mutant.AsSpan(at, 64).Clear();
                mutant[at] = (byte)~whole[at];
                return mutant;
            case 3:
                whole.AsSpan(at, 64).CopyTo(mutant.AsSpan(to));
                mutant[to] = (byte)~whole[to];
                return mutant;
            default:
                return [.. whole[..at], .. whole];
        }
    }

    private async Task<bool> IsRefusedAsync(string? passphrase)
    {
        try
        {
            using var archive = ArchiveReader.Open(Path, PassphraseKeys.Of(passphrase));
            return (await archive.VerifyAsync(null, Cancel)).Any(verdict => !verdict.Ok);
        }
        catch (ArchiveDamagedException)
        {
            return true;
        }
    }

    private static async Task<WrittenArchive> WriteAsync(string path, Dictionary<string, byte[]> parts, string? passphrase)
    {
        await using var writer = await ArchiveWriter.CreateAsync(path, PassphraseKeys.Of(passphrase), parent: null, Cancel);
        foreach (var (name, bytes) in parts)
        {
            await writer.AddAsync(name, PartKind.File, new MemoryStream(bytes), null, null, Cancel);
        }

        return await writer.FinishAsync(all => new(writer.Id, DateTimeOffset.UnixEpoch, "test", "none", "full", false, all), Cancel);
    }
}
