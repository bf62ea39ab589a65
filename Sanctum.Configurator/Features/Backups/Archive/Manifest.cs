using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>What the bytes of a part are.</summary>
public enum PartKind
{
    /// <summary>A whole SQLite file.</summary>
    Sqlite,

    /// <summary>A file as it was.</summary>
    File,

    /// <summary>What became of the SQLite file of this name in the parent: a <see cref="PageMap"/>, then the pages that are new.</summary>
    Pages,

    /// <summary>Nothing: the file is the one of this name in the parent.</summary>
    Same,
}

/// <summary>One thing inside a backup.</summary>
/// <param name="Name">A relative path with forward slashes; see <see cref="PartNames"/>.</param>
/// <param name="Size">Bytes in this file before compression.</param>
/// <param name="Sha256">Of those bytes, in hex.</param>
/// <param name="Offset">Where its first chunk stands in the file.</param>
/// <param name="FirstChunk">The number of its first chunk.</param>
/// <param name="Chunks">How many chunks it has.</param>
/// <param name="Rows">Of a database: each table's count of rows.</param>
/// <param name="Whole">What it is once it is put together with the parent's; null where it needs none.</param>
/// <param name="Modified">Of a file: when it was last written.</param>
/// <param name="Mode">Of a file: its rights, as Unix numbers them; null where it was made on Windows.</param>
public sealed record Part(
    string Name,
    PartKind Kind,
    long Size,
    string Sha256,
    long Offset,
    long FirstChunk,
    long Chunks,
    IReadOnlyDictionary<string, long>? Rows = null,
    Whole? Whole = null,
    DateTimeOffset? Modified = null,
    int? Mode = null
)
{
    /// <summary>It can't be restored without the parent.</summary>
    internal bool NeedsParent => Kind is PartKind.Pages or PartKind.Same;

    internal bool IsDatabase => Kind is PartKind.Sqlite or PartKind.Pages;

    /// <summary>What comes back.</summary>
    internal Whole Restored => Whole ?? new(Size, Sha256);
}

/// <summary>A file that comes back.</summary>
/// <param name="Sha256">In hex.</param>
public sealed record Whole(long Size, string Sha256);

/// <summary>The backup that another one continues.</summary>
/// <param name="Name">The name of its file when it was made.</param>
public sealed record ParentArchive(Guid Id, string Name);

/// <summary>What a backup says of itself.</summary>
/// <param name="Product">The version of the console that made it.</param>
/// <param name="Schema">The newest migration of the registry it holds.</param>
/// <param name="Type">"full", "incremental" or "config_only".</param>
/// <param name="HasKeys">The key ring is inside, so that secrets can be read where it is restored.</param>
/// <param name="Parent">The backup without which this one can't be restored; null where it stands alone.</param>
public sealed record Manifest(
    Guid Id,
    DateTimeOffset CreatedAt,
    string Product,
    string Schema,
    string Type,
    bool HasKeys,
    IReadOnlyList<Part> Parts,
    ParentArchive? Parent = null
)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Bytes that come back.</summary>
    internal long Size => Parts.Sum(part => part.Restored.Size);
}
