using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>What the bytes of a part are.</summary>
public enum PartKind
{
    /// <summary>A whole SQLite file.</summary>
    Sqlite,

    /// <summary>A file as it was.</summary>
    File,
}

/// <summary>One thing inside a backup.</summary>
/// <param name="Name">A relative path with forward slashes; see <see cref="PartNames"/>.</param>
/// <param name="Size">Bytes before compression.</param>
/// <param name="Sha256">Of those bytes, in hex.</param>
/// <param name="Offset">Where its first chunk stands in the file.</param>
/// <param name="FirstChunk">The number of its first chunk.</param>
/// <param name="Chunks">How many chunks it has.</param>
/// <param name="Rows">Of a database: each table's count of rows.</param>
public sealed record Part(
    string Name, PartKind Kind, long Size, string Sha256, long Offset, long FirstChunk, long Chunks, IReadOnlyDictionary<string, long>? Rows = null);

/// <summary>What a backup says of itself.</summary>
/// <param name="Product">The version of the console that made it.</param>
/// <param name="Schema">The newest migration of the registry it holds.</param>
/// <param name="Type">"full", "incremental" or "config_only".</param>
/// <param name="HasKeys">The key ring is inside, so that secrets can be read where it is restored.</param>
public sealed record Manifest(
    Guid Id, DateTimeOffset CreatedAt, string Product, string Schema, string Type, bool HasKeys, IReadOnlyList<Part> Parts)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public long Size => Parts.Sum(part => part.Size);
}
