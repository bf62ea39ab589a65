using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sanctum.Configurator.Registry.Model;

/// <summary>What the mappings of all areas say in the same way.</summary>
internal static class Mapping
{
    private const string SecretMark = "Sanctum:Secret";
    private const string SecretWhereMark = "Sanctum:SecretWhere";
    private const string SilentMark = "Sanctum:NotInHistory";
    private const string HistoryMark = "Sanctum:History";

    /// <summary>Ciphertext; the change history says only that it was set, changed or cleared.</summary>
    public static PropertyBuilder<string?> IsSecret(this PropertyBuilder<string?> property) => property.HasAnnotation(SecretMark, true);

    /// <summary>
    /// A secret, as <see cref="IsSecret(PropertyBuilder{string})"/> says, in the rows where a boolean of the entity is set; a value like
    /// any other elsewhere.
    /// </summary>
    public static PropertyBuilder<string?> IsSecretWhere(this PropertyBuilder<string?> property, string flag) =>
        property.HasAnnotation(SecretWhereMark, flag);

    /// <summary>Bookkeeping that changes too often, or means too little, to be a change worth recording.</summary>
    public static PropertyBuilder<T> NotInHistory<T>(this PropertyBuilder<T> property) => property.HasAnnotation(SilentMark, true);

    /// <summary>Every change of such a row is recorded, the console's and other programs' alike.</summary>
    public static void KeepsHistory<T>(this EntityTypeBuilder<T> entity)
        where T : class => entity.HasAnnotation(HistoryMark, true);

    public static bool IsSecret(this IReadOnlyProperty property) => property.FindAnnotation(SecretMark) is not null;

    /// <summary>The boolean that says of a row whether this is a secret in it; null where it always is one, or never.</summary>
    public static IReadOnlyProperty? SecretFlag(this IReadOnlyProperty property) =>
        property.FindAnnotation(SecretWhereMark) is { Value: string flag } ? property.DeclaringType.FindProperty(flag) : null;

    public static bool KeepsHistory(this IReadOnlyEntityType entity) => entity.FindAnnotation(HistoryMark) is not null;

    public static bool IsInHistory(this IReadOnlyProperty property) =>
        property.FindAnnotation(SilentMark) is null && !property.IsPrimaryKey() && !property.IsConcurrencyToken;

    /// <summary>Version and times, with database defaults for the plain inserts of other programs.</summary>
    public static void HasRowTimes<T>(this EntityTypeBuilder<T> entity, string versionColumn = "version")
        where T : class, IVersioned
    {
        entity.Property(e => e.Version).HasColumnName(versionColumn).HasDefaultValue(1).HasSentinel(0).IsConcurrencyToken();
        entity.Property(e => e.UpdatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP").NotInHistory();
        entity.Property<DateTimeOffset>("CreatedAt").HasDefaultValueSql("CURRENT_TIMESTAMP").NotInHistory();
    }

    /// <summary>An enum stored as the seeds' words, which the database enforces.</summary>
    public static PropertyBuilder<T> HasEnumText<T>(this PropertyBuilder<T> property)
        where T : struct, Enum
    {
        var entity = (IMutableEntityType)property.Metadata.DeclaringType;
        var column = property.Metadata.GetColumnName();
        var words = string.Join(", ", EnumText<T>.All.Select(w => $"'{w}'"));
        entity.AddCheckConstraint(
            $"CK_{entity.GetTableName()}_{SnakeCase.Of(property.Metadata.Name)}",
            $"{SnakeCase.Of(column)} IN ({words})"
        );
        return property
            .HasConversion(new ValueConverter<T, string>(value => EnumText<T>.Of(value), word => EnumText<T>.Parse(word)))
            .HasMaxLength(32);
    }

    /// <summary>JSON text that the database checks to be JSON.</summary>
    public static PropertyBuilder<string?> IsJson(this PropertyBuilder<string?> property) => property.HasAnnotation(JsonMark, true);

    public static bool IsJson(this IReadOnlyProperty property) => property.FindAnnotation(JsonMark) is not null;

    private const string JsonMark = "Sanctum:Json";
}

/// <summary>The names of columns: <c>LettaServerPort</c> → <c>letta_server_port</c>.</summary>
internal static class SnakeCase
{
    public static string Of(string name) =>
        string.Concat(
            name.Select(
                (c, at) =>
                    char.IsUpper(c)
                    && at > 0
                    && name[at - 1] != '_'
                    && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])))
                        ? $"_{char.ToLowerInvariant(c)}"
                        : $"{char.ToLowerInvariant(c)}"
            )
        );
}
