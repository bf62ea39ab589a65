using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.GeneratedCode;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Preferences;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>What is done to every table alike, after the mappings: snake_case names and the checks that JSON is JSON.</summary>
internal static class RegistryModel
{
    private static readonly Dictionary<Type, string> IdentityTables = new()
    {
        [typeof(IdentityUserClaim<int>)] = "user_claims",
        [typeof(IdentityUserLogin<int>)] = "user_logins",
        [typeof(IdentityUserToken<int>)] = "user_tokens",
    };

    /// <summary>The areas of seed 004, whose rows have UUIDs. Older tables have GUIDs in the driver's own capitals.</summary>
    private static readonly string?[] WithUuids =
    [
        typeof(Conversation).Namespace,
        typeof(Memory).Namespace,
        typeof(CodeBlock).Namespace,
        typeof(UserPreferences).Namespace,
    ];

    /// <summary>Tables with UUIDs that have an index of words.</summary>
    private static readonly Type[] Searched = [typeof(ConversationMessage), typeof(Memory), typeof(CodeBlock)];

    public static void Finish(ModelBuilder builder, bool isSqlite)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (IdentityTables.TryGetValue(entity.ClrType, out var table))
            {
                entity.SetTableName(table);
            }

            foreach (var property in entity.GetProperties())
            {
                if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
                {
                    property.SetColumnName(SnakeCase.Of(property.Name));
                }

                if (property.IsJson())
                {
                    CheckJson(entity, property, isSqlite);
                }
            }

            if (WithUuids.Contains(entity.ClrType.Namespace))
            {
                SayIds(entity, isSqlite);
            }
        }
    }

    /// <summary>UUIDs as other programs write them, with a default for those that name none, as seed 004 has it.</summary>
    private static void SayIds(IMutableEntityType entity, bool isSqlite)
    {
        foreach (var property in entity.GetProperties().Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) == typeof(Guid)))
        {
            if (isSqlite)
            {
                property.SetValueConverter(typeof(GuidTextConverter));
            }

            if (property is { Name: "Id" } && property.IsPrimaryKey())
            {
                property.SetDefaultValueSql(isSqlite ? GuidTextConverter.NewSql : "gen_random_uuid()");
            }
        }

        if (isSqlite && Searched.Contains(entity.ClrType))
        {
            // What the index of words names a row by, given by a trigger: a row's own hidden number is another one after a VACUUM.
            var search = entity.AddProperty("SearchId", typeof(long?));
            search.SetColumnName("search_id");
            search.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
            search.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
            entity.AddIndex(search).IsUnique = true;
        }
    }

    private static void CheckJson(IMutableEntityType entity, IMutableProperty property, bool isSqlite)
    {
        if (isSqlite)
        {
            var column = property.GetColumnName();
            entity.AddCheckConstraint($"CK_{entity.GetTableName()}_{column}_json", $"{column} IS NULL OR json_valid({column})");
        }
        else
        {
            property.SetColumnType("jsonb");
        }
    }
}
