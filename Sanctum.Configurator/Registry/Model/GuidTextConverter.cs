using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sanctum.Configurator.Registry.Model;

/// <summary>Ids in SQLite as other programs write them: the driver's own capitals would be other ids to it than theirs.</summary>
internal sealed class GuidTextConverter() : ValueConverter<Guid, string>(id => Of(id), text => Parse(text))
{
    /// <summary>A new one, made by the database.</summary>
    public const string NewSql =
        "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))";

    public static string Of(Guid id) => id.ToString("D");

    /// <summary>One that is none takes no list from anybody.</summary>
    public static Guid Parse(string text) => Guid.TryParse(text, out var id) ? id : Guid.Empty;
}
