using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.RestApi;

/// <summary>Nothing is offered that nobody decided to offer.</summary>
public sealed partial class OfferedTablesTests
{
    /// <summary>Why tables are left out.</summary>
    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["users"] = "accounts, with what passwords are checked by; GET /api/users tells of people",
        ["user_claims"] = "credentials",
        ["user_logins"] = "credentials",
        ["user_tokens"] = "credentials",
        ["user_sessions"] = "credentials",
        ["api_keys"] = "credentials",
        ["mcp_tokens"] = "credentials",
        ["plugin_config"] = "values that may be secret, and nothing else",
        ["change_history_head"] = "a hash",
        ["log_views"] = "people's own; GET /api/log-views tells of those one may see",
        ["conversation_runs"] = "what is being answered; a conversation's own endpoints tell of it",
        ["conversation_pieces"] = "what is being answered",
        ["conversation_prompts"] = "what a model was given, which may quote memories of others",
        ["memory_extractions"] = "the console's own work",
        ["memory_settings"] = "the console's own work",
        ["memory_sources"] = "people's own, without their owner",
        ["memory_tombstones"] = "what was forgotten",
        ["memory_vectors"] = "numbers of the words that people said",
        ["design_files"] = "GET /api/design-files tells of them by version",
        ["person_merges"] = "rows as they were, with all that was known of a person",
        ["erasures"] = "people who are to be forgotten",
        ["broca_orphans"] = "rows of another program as they were found",
        ["queue_acts"] = "the console's own work",
        ["queue_act_rows"] = "the console's own work",
    };

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Every_table_and_column_of_the_model_is_looked_at_and_no_secret_is_offered(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var context = registry.Open();
        var catalog = RestCatalog.Of(context.Model);
        var tables = catalog.All.ToDictionary(table => table.Name);

        var all = context.Model.GetEntityTypes().Select(entity => entity.GetTableName()!).Distinct().ToList();
        Assert.DoesNotContain(all, table => tables.ContainsKey(table) == LeftOut.ContainsKey(table));
        Assert.Empty(LeftOut.Keys.Except(all));
        Assert.All(tables.Values.Where(table => !table.IsWritable), table => Assert.Contains(table.Policy, Permissions.All));
        var looked = 0;
        foreach (var entity in context.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                looked++;
                var column = property.GetColumnName();
                var isOffered = tables.GetValueOrDefault(entity.GetTableName()!)?.Has(column) == true;
                var isSecret = property.IsSecret() || property.SecretFlag() is not null || Secret().IsMatch(column);
                Assert.False(isOffered && isSecret, $"{entity.GetTableName()}.{column} is a secret.");
            }
        }

        Assert.True(looked > 400, $"{looked} columns");
    }

    [Theory]
    [InlineData("users")]
    [InlineData("user_sessions")]
    [InlineData("api_keys")]
    [InlineData("mcp_tokens")]
    [InlineData("plugin_config")]
    [InlineData("memory_tombstones")]
    public async Task A_table_with_secrets_is_as_if_it_were_not_there(string table)
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using var context = registry.Open();

        var catalog = RestCatalog.Of(context.Model);

        Assert.DoesNotContain(catalog.All, offered => offered.Name == table || offered.Resource == table);
    }

    // An address may hold a password, and a failure what was sent.
    [GeneratedRegex(
        "passw|secret|(?<!first_)token(?!s$)|hash|api_key|access_key|credential|embedding$|config_value|^value$|url$|address$|endpoint|path|headers|^environment_|^arguments|failure$|steps|^seen$|^approved$|^before$|^after$|difference|^body$"
    )]
    private static partial Regex Secret();
}
