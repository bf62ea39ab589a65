using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>
/// The ZIP archives in which programs hand out what they export: the conversations stand in one file among pictures and other things, or in
/// several with numbers.
/// </summary>
internal static class ImportArchive
{
    private const int MostFiles = 100;
    private const int MostNames = 5;
    private const int LongestName = 100;

    public static bool IsOne(ReadOnlyMemory<byte> bytes) => bytes.Span.StartsWith("PK"u8);

    /// <param name="read">Reads one file of JSON.</param>
    public static ImportedFile Read(ReadOnlyMemory<byte> bytes, Func<ReadOnlyMemory<byte>, ImportedFile> read)
    {
        try
        {
            using var archive = new ZipArchive(StreamOf(bytes), ZipArchiveMode.Read);
            return Read(archive, read);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            return ImportedFile.Bad(
                "This ZIP archive can't be read: it is damaged, or encrypted. Unpack it, and choose the file conversations.json in it."
            );
        }
    }

    private static ImportedFile Read(ZipArchive archive, Func<ReadOnlyMemory<byte>, ImportedFile> read)
    {
        var files = FilesIn(archive);
        if (files.Count is 0 or > MostFiles)
        {
            return ImportedFile.Bad(
                files.Count == 0
                    ? $"This ZIP archive has no file of JSON, but {NamesOf(archive)}."
                    : $"This ZIP archive has {files.Count} files of JSON, and at most {MostFiles} are looked through. Unpack it, and choose those with conversations."
            );
        }

        var (left, found) = (ImportReader.MostBytes, new List<(string Name, ImportedFile File)>());
        foreach (var entry in files)
        {
            if (entry.IsEncrypted)
            {
                throw new InvalidDataException();
            }

            if (Unpacked(entry, left) is not { } json)
            {
                return ImportedFile.Bad(
                    $"Unpacked, this ZIP archive has more than {ImportReader.MostBytes / 1_000_000} MB of conversations. Unpack it, and choose its files one after the other."
                );
            }

            left -= json.Length;
            found.Add((NameOf(entry), read(json)));
        }

        return Together(found, archive);
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array)
            ? new(array.Array!, array.Offset, array.Count, writable: false)
            : new(bytes.ToArray(), writable: false);

    /// <summary>Those that are called conversations; all of JSON where none is.</summary>
    private static List<ZipArchiveEntry> FilesIn(ZipArchive archive)
    {
        List<ZipArchiveEntry> json =
        [
            .. archive
                .Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                .OrderBy(entry => entry.FullName, StringComparer.Ordinal),
        ];
        var named = json.FindAll(entry => entry.Name.StartsWith("conversations", StringComparison.OrdinalIgnoreCase));
        return named.Count > 0 ? named : json;
    }

    /// <returns>Null where it is longer than that, whatever the archive says of it.</returns>
    private static byte[]? Unpacked(ZipArchiveEntry entry, long most)
    {
        using var content = entry.Open();
        using var unpacked = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; (read = content.Read(buffer)) > 0; )
        {
            if (unpacked.Length + read > most)
            {
                return null;
            }

            unpacked.Write(buffer, 0, read);
        }

        return unpacked.ToArray();
    }

    /// <summary>Conversations of one program; a file that is another's, or that can't be read, is told like a conversation that can't be.</summary>
    private static ImportedFile Together(List<(string Name, ImportedFile File)> found, ZipArchive archive)
    {
        if (found.Find(one => one.File.Problem is null) is not { File: { } first })
        {
            return ImportedFile.Bad(
                found is [var (name, only)] ? $"{name}: {only.Problem}" : $"No conversations are in it, but {NamesOf(archive)}."
            );
        }

        return first with
        {
            Conversations =
            [
                .. found.SelectMany(one =>
                    one.File.Problem is { } problem ? [new ReadConversation(one.Name, null, problem)]
                    : one.File.Source == first.Source ? one.File.Conversations
                    : [new ReadConversation(one.Name, null, $"It is of {one.File.Source}. Import it by itself.")]
                ),
            ],
        };
    }

    private static string NamesOf(ZipArchive archive) =>
        archive.Entries.Count == 0
            ? "nothing"
            : string.Join(", ", archive.Entries.Take(MostNames).Select(NameOf))
                + (archive.Entries.Count > MostNames ? $" and {archive.Entries.Count - MostNames} more" : "");

    private static string NameOf(ZipArchiveEntry entry) => ImportRows.Cut(WholeText.Of(entry.FullName), LongestName);
}
