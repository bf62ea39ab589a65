using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>The pages of a SQLite database as they are at one moment, to be read in any order.</summary>
internal abstract class SqlitePages : IDisposable
{
    /// <summary>
    /// The part of the file's header that holds the size of its pages (https://sqlite.org/fileformat2.html#the_database_header).
    /// </summary>
    private const int HeadBytes = 18;

    private const int WhereTheSizeIs = 16;

    private int? _pageSize;

    /// <summary>Of a file that nobody writes to.</summary>
    public static SqlitePages OfFile(string file) => new FilePages(file);

    /// <summary>Bytes of all pages.</summary>
    public abstract long Length { get; }

    /// <summary>Bytes of one page; 1 in the header stands for 65 536.</summary>
    public int PageSize => _pageSize ??= ReadPageSize();

    /// <summary>Fills the buffer from a place in the file on.</summary>
    /// <returns>The bytes that were read: fewer at the end alone.</returns>
    public abstract int Read(long offset, Span<byte> buffer);

    /// <summary>Each table with its count of rows; see <see cref="RegistrySnapshot.CountAsync"/>.</summary>
    public abstract Task<IReadOnlyDictionary<string, long>> CountRowsAsync(CancellationToken cancel);

    public abstract void Dispose();

    private int ReadPageSize()
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        if (Read(0, head) < HeadBytes)
        {
            throw new EndOfStreamException("The database has no header.");
        }

        return BinaryPrimitives.ReadUInt16BigEndian(head[WhereTheSizeIs..]) is var size && size == 1 ? 65_536 : size;
    }

    private sealed class FilePages(string file) : SqlitePages
    {
        private readonly SafeFileHandle _file = File.OpenHandle(file, options: FileOptions.SequentialScan);

        public override long Length => RandomAccess.GetLength(_file);

        public override int Read(long offset, Span<byte> buffer)
        {
            var read = 0;
            while (read < buffer.Length && RandomAccess.Read(_file, buffer[read..], offset + read) is > 0 and var more)
            {
                read += more;
            }

            return read;
        }

        public override Task<IReadOnlyDictionary<string, long>> CountRowsAsync(CancellationToken cancel) =>
            RegistrySnapshot.CountAsync(file, cancel);

        public override void Dispose() => _file.Dispose();
    }
}
