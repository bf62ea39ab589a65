namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>How one part of a backup was found.</summary>
public sealed record PartVerdict(string Name, bool Ok, string Message);

/// <summary>Reads a backup file. Nothing of a damaged part is ever handed out as whole.</summary>
internal sealed class ArchiveReader : IDisposable
{
    private const int LongestManifest = 64 << 20;

    private readonly Stream _file;
    private readonly ChunkCodec _codec;
    private readonly long _manifestOffset;

    private ArchiveReader(Stream file, ArchiveHeader header, ChunkCodec codec, Manifest manifest, long manifestOffset) =>
        (_file, Header, _codec, Manifest, _manifestOffset) = (file, header, codec, manifest, manifestOffset);

    public ArchiveHeader Header { get; }

    public Manifest Manifest { get; }

    /// <summary>Opens a backup file and reads its manifest.</summary>
    /// <exception cref="ArchiveDamagedException">It is none, was cut off, its manifest is damaged, or the passphrase is wrong.</exception>
    public static ArchiveReader Open(string path, PassphraseKeys? keys)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        ChunkCodec? codec = null;
        try
        {
            var header = ArchiveHeader.Read(file, keys);
            codec = new(header);
            var (offset, number) = EndOf(file, header);
            var manifest = ReadManifest(file, codec, offset, number);
            Check(manifest, header, offset, number);
            return new(file, header, codec, manifest, offset);
        }
        catch
        {
            codec?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads every byte of every part.</summary>
    public async Task<IReadOnlyList<PartVerdict>> VerifyAsync(IProgress<long>? progress, CancellationToken cancel)
    {
        var verdicts = new List<PartVerdict>();
        foreach (var part in Manifest.Parts)
        {
            try
            {
                await CopyAsync(part, Stream.Null, progress, cancel, isHashed: true);
                verdicts.Add(new(part.Name, true, "Verified."));
            }
            catch (ArchiveDamagedException e)
            {
                verdicts.Add(new(part.Name, false, e.Message));
            }
        }

        return verdicts;
    }

    /// <summary>Writes what a part holds in this file.</summary>
    /// <param name="isHashed">See <see cref="Open(Part, bool, Action{long}?)"/>.</param>
    /// <exception cref="ArchiveDamagedException">The part is damaged. What was written up to then is not to be used.</exception>
    public async Task CopyAsync(Part part, Stream target, IProgress<long>? progress, CancellationToken cancel, bool isHashed = false)
    {
        await using var source = Open(part, isHashed, progress);
        await source.CopyToAsync(target, ChunkCodec.PlainBytes, cancel);
    }

    /// <summary>
    /// What a part holds in this file, to be read before another part is. Reading throws <see cref="ArchiveDamagedException"/> where it is
    /// damaged, at its end at the latest.
    /// </summary>
    /// <param name="isHashed">
    /// Compares it with its SHA-256 as well. That each piece is authentic and in its place is seen without; the hash also finds what went
    /// wrong before a piece was packed.
    /// </param>
    public Stream Open(Part part, bool isHashed = false, IProgress<long>? progress = null) =>
        new PartStream(this, part, isHashed, progress);

    public void Dispose()
    {
        _codec.Dispose();
        _file.Dispose();
    }

    /// <summary>Where the part's last piece ends: at the next part, or at the manifest.</summary>
    private long EndOf(Part part) => Manifest.Parts.SkipWhile(p => p != part).Skip(1).FirstOrDefault()?.Offset ?? _manifestOffset;

    private static (long Offset, long Number) EndOf(FileStream file, ArchiveHeader header)
    {
        var end = new byte[ArchiveEnd.Bytes];
        if (file.Length < header.Bytes.Length + end.Length)
        {
            throw CutOff();
        }

        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        var (offset, number) = ArchiveEnd.Read(end) ?? throw CutOff();
        return offset >= header.Bytes.Length && offset <= file.Length - end.Length && number >= 0
            ? (offset, number)
            : throw ManifestDamaged();
    }

    private static Manifest ReadManifest(FileStream file, ChunkCodec codec, long offset, long number)
    {
        using var json = new MemoryStream();
        file.Position = offset;
        while (file.Position < file.Length - ArchiveEnd.Bytes)
        {
            using (var piece = ReadChunk(file, codec, number++) ?? throw ManifestDamaged())
            {
                json.Write(piece.Span);
            }

            if (json.Length > LongestManifest)
            {
                throw ManifestDamaged();
            }
        }

        json.Position = 0;
        try
        {
            return file.Position == file.Length - ArchiveEnd.Bytes
                ? JsonSerializer.Deserialize<Manifest>(json, Manifest.Json) ?? throw ManifestDamaged()
                : throw ManifestDamaged();
        }
        catch (JsonException e)
        {
            throw ManifestDamaged(e);
        }
    }

    /// <summary>
    /// A manifest is authentic, yet whoever wrote it may have meant harm: the key of a file without a passphrase is in the file.
    /// </summary>
    private static void Check(Manifest manifest, ArchiveHeader header, long offset, long number)
    {
        if (manifest.Parts.Any(part => part is null))
        {
            throw ManifestDamaged();
        }

        if (manifest.Parts.FirstOrDefault(part => !PartNames.IsSafe(part.Name)) is { } unsafePart)
        {
            throw new ArchiveDamagedException(
                $"The name of the part {unsafePart.Name} points outside its folder. The backup can't be used.",
                unsafePart.Name
            );
        }

        // By the letter: README and readme are two files of one folder.
        if (manifest.Parts.GroupBy(part => part.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArchiveDamagedException($"The part {twice.Key} appears twice. The backup can't be used.", twice.Key);
        }

        if (
            manifest.Parts.FirstOrDefault(part =>
                part.NeedsParent != part.Whole is not null || (part.NeedsParent && manifest.Parent is null)
            ) is
            { } alone
        )
        {
            throw new ArchiveDamagedException(
                $"The part {alone.Name} doesn't name the part it depends on. The backup can't be used.",
                alone.Name
            );
        }

        var (at, next, total) = ((long)header.Bytes.Length, 0L, 0L);
        foreach (var part in manifest.Parts)
        {
            if (
                part.FirstChunk != next
                || part.Chunks < 0
                || part.Size < 0
                || part.Size > part.Chunks * ChunkCodec.PlainBytes
                || part.Offset < at
                || part.Offset > offset
                || (next == 0 && part.Offset != at)
                || part.Restored.Size < 0
                || part.Restored.Size > long.MaxValue - total
            )
            {
                throw new ArchiveDamagedException(
                    $"The manifest's position of the part {part.Name} is invalid. The backup can't be used.",
                    part.Name
                );
            }

            (at, next, total) = (part.Offset, part.FirstChunk + part.Chunks, total + part.Restored.Size);
        }

        if (next != number || manifest.Id != header.Id)
        {
            throw ManifestDamaged();
        }
    }

    private static Rented? ReadChunk(Stream file, ChunkCodec codec, long number)
    {
        using var packed = ReadPacked(file);
        return packed is { } piece ? codec.TryUnpack(number, piece) : null;
    }

    /// <summary>A piece as it stands in the file; null where none begins here.</summary>
    private static Rented? ReadPacked(Stream file)
    {
        Span<byte> prefix = stackalloc byte[ChunkCodec.PrefixBytes];
        if (
            file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length
            || ChunkCodec.LengthAfter(prefix) is not { } length
        )
        {
            return null;
        }

        var packed = Rented.Of(prefix.Length + length);
        prefix.CopyTo(packed.Array);
        if (file.ReadAtLeast(packed.Array.AsSpan(prefix.Length, length), length, throwOnEndOfStream: false) == length)
        {
            return packed;
        }

        packed.Dispose();
        return null;
    }

    private static ArchiveDamagedException CutOff() => new("The file is incomplete: its end is missing.");

    private static ArchiveDamagedException ManifestDamaged(Exception? inner = null) =>
        new("The backup's manifest is damaged.", inner: inner);

    /// <summary>The pieces of a part, one after the other, with its checks at their end.</summary>
    private sealed class PartStream(ArchiveReader archive, Part part, bool isHashed, IProgress<long>? progress) : ReadOnlyStream
    {
        private readonly HashBeside? _hash = isHashed ? new() : null;
        private readonly Queue<Task<Rented?>> _unpacking = new();
        private long _at = part.Offset;
        private long _next = part.FirstChunk;
        private long _size;
        private Rented? _piece;
        private ReadOnlyMemory<byte> _rest;
        private Task _hashing = Task.CompletedTask;
        private bool _isChecked;

        /// <summary>Pieces that are unpacked at a time, which bounds the memory.</summary>
        private static int AtOnce => Environment.ProcessorCount + 1;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_rest.IsEmpty && ReadAhead())
            {
                await NextPieceAsync();
            }

            if (_rest.IsEmpty)
            {
                await CheckWholeAsync();
            }

            var length = Math.Min(buffer.Length, _rest.Length);
            _rest[..length].CopyTo(buffer);
            _rest = _rest[length..];
            return length;
        }

        public override async ValueTask DisposeAsync()
        {
            // They use what the archive disposes.
            await ((Task)Task.WhenAll(_unpacking)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var piece in _unpacking.Where(piece => piece.IsCompletedSuccessfully))
            {
                (await piece)?.Dispose();
            }

            await EndPieceAsync();
            await base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            _hash?.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>Reads pieces that are unpacked on other processors meanwhile.</summary>
        /// <returns>False at the part's end.</returns>
        private bool ReadAhead()
        {
            archive._file.Position = _at;
            while (_unpacking.Count < AtOnce && _next < part.FirstChunk + part.Chunks)
            {
                var (number, packed) = (_next++, ReadPacked(archive._file));
                _at = archive._file.Position;
                _unpacking.Enqueue(packed is { } piece ? OwnThread.RunAsync(() => Unpack(number, piece)) : Task.FromResult<Rented?>(null));
                if (packed is null)
                {
                    break;
                }
            }

            return _unpacking.Count > 0;
        }

        private Rented? Unpack(long number, Rented packed)
        {
            using (packed)
            {
                return archive._codec.TryUnpack(number, packed);
            }
        }

        private async ValueTask NextPieceAsync()
        {
            await EndPieceAsync();
            var piece =
                await _unpacking.Dequeue()
                ?? throw new ArchiveDamagedException($"The part {part.Name} is damaged near byte {_size:N0} of {part.Size:N0}.", part.Name);
            (_piece, _rest) = (piece, piece.Memory);
            _hashing = _hash?.AddAsync(piece.Memory) ?? Task.CompletedTask;
            _size += piece.Length;
            progress?.Report(piece.Length);
        }

        /// <summary>The piece has been read to its end, and is given back once it is hashed.</summary>
        private async ValueTask EndPieceAsync()
        {
            await _hashing;
            _piece?.Dispose();
            (_piece, _rest) = (null, ReadOnlyMemory<byte>.Empty);
        }

        private async Task CheckWholeAsync()
        {
            if (
                !_isChecked
                && (_size != part.Size || _at != archive.EndOf(part) || (_hash is not null && await _hash.FinishAsync() != part.Sha256))
            )
            {
                throw new ArchiveDamagedException($"The part {part.Name} doesn't match the manifest.", part.Name);
            }

            _isChecked = true;
        }
    }
}
