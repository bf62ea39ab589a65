using System.Buffers.Binary;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Tests.Features.Backups.Archive;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>
/// Backups that somebody wrote to do harm: every seal is right, as the key of a file without a passphrase is in the file, and what is said
/// inside is not.
/// </summary>
public sealed class ForgedBackupTests : IDisposable
{
    private const int PageSize = 4096;
    private const long Most = 1L << 40;

    private readonly SqliteChain _chain = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Forged => _chain.PathOf("forged.sanctum");

    private string Copy => _chain.PathOf("copy");

    public void Dispose() => _chain.Dispose();

    /// <summary>Lists of pages as (from, count), of a parent with as many pages as it has, written as p.</summary>
    public static TheoryData<string, int, string, string> Maps =>
        new()
        {
            { "one run from beyond the parent", PageSize, "p", "p,1" },
            { "one run that leads beyond the parent", PageSize, "p", "1,p" },
            { "a run whose end overflows", PageSize, "max", "1,max" },
            { "runs whose sum overflows", PageSize, "0", "-1,max;-1,max;-1,2" },
            { "more of the parent than there is", PageSize, "2p", "0,p;0,p" },
            { "one page for ever", PageSize, "1000", "0,1*1000" },
            { "terabytes of new pages", PageSize, "terabytes", "-1,terabytes" },
            { "terabytes of old pages", PageSize, "terabytes", "0,terabytes" },
            { "no pages", PageSize, "p", "0,0" },
            { "fewer than none", PageSize, "p", "0,-1" },
            { "from before the beginning", PageSize, "p", "-2,p" },
            { "fewer pages than it says", PageSize, "p", "0,1" },
            { "as many pages as overflow", 65_536, "wrap", "-1,wrap" },
            { "pages of no size", 0, "p", "0,p" },
            { "pages of less than no size", -PageSize, "p", "0,p" },
            { "pages of one byte", 1, "bytes", "0,bytes" },
            { "pages of half the size", PageSize / 2, "2p", "0,2p" },
            { "pages of twice the size", PageSize * 2, "p", "0,p" },
            { "pages of a crooked size", PageSize + 1, "p", "0,p" },
            { "pages of too large a size", 131_072, "p", "0,p" },
        };

    [Theory, MemberData(nameof(Maps))]
    public async Task A_list_of_pages_that_makes_no_sense_is_refused(string what, int pageSize, string pages, string runs)
    {
        _chain.Fill();
        await _chain.ContinueAsync();
        var count = Number(pages);
        var map = new PageMap(
            pageSize,
            count,
            pageSize == 1 ? Number("bytes")
                : pageSize == PageSize / 2 ? Number("2p")
                : Number("p"),
            [.. RunsOf(runs)]
        );

        await ForgeAsync(writer =>
            writer.AddAsync(
                SqliteChain.Part,
                PartKind.Pages,
                new MemoryStream(map.ToBytes()),
                part => part with { Whole = new(unchecked(count * pageSize), part.Sha256) },
                null,
                Cancel
            )
        );

        await RefusedAsync(what);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(long.MaxValue), InlineData(1_000_000)]
    public async Task A_list_that_says_it_is_longer_than_it_is_is_refused(long runs)
    {
        _chain.Fill();
        await _chain.ContinueAsync();
        var map = new PageMap(PageSize, Number("p"), Number("p"), [new(0, Number("p"))]).ToBytes();
        BinaryPrimitives.WriteInt64LittleEndian(map.AsSpan(20), runs);

        await ForgeAsync(writer =>
            writer.AddAsync(
                SqliteChain.Part,
                PartKind.Pages,
                new MemoryStream(map),
                part => part with { Whole = new(Number("p") * PageSize, part.Sha256) },
                null,
                Cancel
            )
        );

        await RefusedAsync($"{runs} runs");
    }

    [Fact]
    public async Task Other_pages_than_the_manifest_says_are_refused()
    {
        _chain.Fill();
        await _chain.ContinueAsync();
        var map = new PageMap(PageSize, Number("p"), Number("p"), [new(1, Number("p") - 1), new(0, 1)]);

        await ForgeAsync(writer =>
            writer.AddAsync(
                SqliteChain.Part,
                PartKind.Pages,
                new MemoryStream(map.ToBytes()),
                part => part with { Whole = new(Number("p") * PageSize, _chain.Links[0].Sha256) },
                null,
                Cancel
            )
        );

        await RefusedAsync("pages in another order");
    }

    [Fact]
    public async Task An_increment_that_continues_another_moment_than_its_own_is_refused()
    {
        _chain.Fill();
        await _chain.ContinueAsync();
        _chain.Run("UPDATE notes SET text = 'short' WHERE id < 200");
        await _chain.ContinueAsync();
        _chain.Run("UPDATE notes SET text = 'other' WHERE id > 300");
        await _chain.ContinueAsync();
        using (var third = ArchiveReader.Open(_chain.Links[2].File, null))
        {
            var part = third.Manifest.Parts[0];
            using var content = new MemoryStream();
            await third.CopyAsync(part, content, null, Cancel);
            content.Position = 0;
            await ForgeAsync(writer =>
                writer.AddAsync(part.Name, part.Kind, content, made => made with { Whole = part.Whole, Rows = part.Rows }, null, Cancel)
            );
        }

        await RefusedAsync("the second increment without the first");
    }

    [Fact]
    public async Task Parts_that_changed_names_are_refused()
    {
        var notes = _chain.PathOf("notes.txt");
        await File.WriteAllTextAsync(notes, "twelve bytes", Cancel);
        _chain.Fill();
        await _chain.ContinueAsync(also: notes);
        var whole = new Whole(new FileInfo(_chain.Database).Length, _chain.Links[0].Sha256);

        await ForgeAsync(async writer =>
        {
            await writer.AddAsync(SqliteChain.FilePart, PartKind.Same, Stream.Null, part => part with { Whole = whole }, null, Cancel);
            await writer.AddAsync(
                SqliteChain.Part,
                PartKind.Same,
                Stream.Null,
                part => part with { Whole = new(12, _chain.Links[0].Sha256) },
                null,
                Cancel
            );
        });

        await RefusedAsync("exchanged names", SqliteChain.FilePart);
        Assert.False(File.Exists(Copy), "What is not what it says was unpacked all the same.");
    }

    [Theory, InlineData(-1L), InlineData(long.MaxValue)]
    public async Task A_size_that_nothing_can_have_is_refused(long size)
    {
        _chain.Fill();
        await _chain.ContinueAsync();

        await ForgeAsync(async writer =>
        {
            await writer.AddAsync(
                SqliteChain.Part,
                PartKind.Same,
                Stream.Null,
                part => part with { Whole = new(size, part.Sha256) },
                null,
                Cancel
            );
            await writer.AddAsync(
                "another",
                PartKind.Same,
                Stream.Null,
                part => part with { Whole = new(size, part.Sha256) },
                null,
                Cancel
            );
        });

        Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(Forged, null));
    }

    [Fact]
    public async Task A_list_of_contents_with_nothing_in_a_place_is_refused()
    {
        await ForgeAsync(_ => Task.CompletedTask, manifest => manifest with { Parts = [null!], Parent = null });

        Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(Forged, null));
    }

    [Fact]
    public async Task What_is_said_to_be_the_same_as_before_is_there_before()
    {
        _chain.Fill();
        await _chain.ContinueAsync();

        await ForgeAsync(writer =>
            writer.AddAsync("elsewhere.db", PartKind.Same, Stream.Null, part => part with { Whole = new(0, part.Sha256) }, null, Cancel)
        );

        await RefusedAsync("a part that the parent does not have", "elsewhere.db");
    }

    [Theory, InlineData("../outside"), InlineData("a/../../b"), InlineData("/etc/passwd")]
    public async Task A_name_that_leads_out_of_its_folder_is_refused_in_what_is_continued_too(string name)
    {
        _chain.Fill();
        await ForgeAsync(
            writer => writer.AddAsync(name, PartKind.File, new MemoryStream([1, 2, 3]), null, null, Cancel),
            manifest => manifest with { Parent = null }
        );
        var parent = ArchiveHeader.FindId(Forged)!.Value;
        var child = _chain.PathOf("child.sanctum");
        await using (var writer = await ArchiveWriter.CreateAsync(child, null, null, Cancel))
        {
            await writer.FinishAsync(
                parts =>
                    new(writer.Id, DateTimeOffset.UnixEpoch, "test", "none", "incremental", false, parts, new(parent, "forged.sanctum")),
                Cancel
            );
        }

        var refusal = Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(child, null));

        Assert.Contains("forged.sanctum", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("points outside its folder", refusal.Message, StringComparison.Ordinal);
    }

    private long Number(string text) =>
        text switch
        {
            "p" => _chain.Links[0].Hashes.Count,
            "2p" => 2L * _chain.Links[0].Hashes.Count,
            "bytes" => (long)PageSize * _chain.Links[0].Hashes.Count,
            "max" => long.MaxValue,
            "wrap" => 1L << 47,
            "terabytes" => 7 * Most / PageSize,
            _ => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
        };

    private IEnumerable<PageRun> RunsOf(string text)
    {
        foreach (var run in text.Split(';'))
        {
            var (numbers, times) = run.Split('*') is [var once, var often]
                ? (once, int.Parse(often, System.Globalization.CultureInfo.InvariantCulture))
                : (run, 1);
            var one = new PageRun(Number(numbers.Split(',')[0]), Number(numbers.Split(',')[1]));
            for (var time = 0; time < times; time++)
            {
                yield return one;
            }
        }
    }

    /// <summary>Writes a file that continues the first of the chain.</summary>
    private async Task ForgeAsync(Func<ArchiveWriter, Task> fill, Func<Manifest, Manifest>? describe = null)
    {
        await using var writer = await ArchiveWriter.CreateAsync(Forged, null, null, Cancel);
        await fill(writer);
        var parent = _chain.Links is [var first, ..] ? new ParentArchive(first.Id, Path.GetFileName(first.File)) : null;
        await writer.FinishAsync(
            parts =>
            {
                var manifest = new Manifest(writer.Id, DateTimeOffset.UnixEpoch, "test", "none", "incremental", false, parts, parent);
                return describe?.Invoke(manifest) ?? manifest;
            },
            Cancel
        );
    }

    private async Task RefusedAsync(string what, string part = SqliteChain.Part)
    {
        ArchiveDamagedException? refusal = null;
        try
        {
            using var chain = ArchiveChain.Open(Forged, null);
            await chain.UnpackAsync(chain.Manifest.Parts[0], Copy, null, Cancel);
        }
        catch (ArchiveDamagedException e)
        {
            refusal = e;
        }

        Assert.True(refusal is not null, $"Passed for whole: {what}.");
        Assert.Equal(part, refusal.Part);
        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.True(!File.Exists(Copy) || new FileInfo(Copy).Length <= 2 * new FileInfo(_chain.Database).Length, $"Was blown up: {what}.");
    }
}
