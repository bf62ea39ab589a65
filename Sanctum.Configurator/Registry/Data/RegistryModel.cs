using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Model;

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

            if (entity.ClrType.Namespace == typeof(Conversation).Namespace)
            {
                SayIds(entity, isSqlite);
            }
        }
    }

    /// <summary>Ids of conversations as other programs write them, with a default for those that name none, as seed 004 has it.</summary>
    private static void SayIds(IMutableEntityType entity, bool isSqlite)
    {
        foreach (var property in entity.GetProperties().Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) == typeof(Guid)))
        {
            if (isSqlite)
            {
                property.SetValueConverter(typeof(GuidTextConverter));
            }

            if (property.IsPrimaryKey())
            {
                property.SetDefaultValueSql(isSqlite ? GuidTextConverter.NewSql : "gen_random_uuid()");
            }
        }

        if (isSqlite && entity.ClrType == typeof(ConversationMessage))
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
