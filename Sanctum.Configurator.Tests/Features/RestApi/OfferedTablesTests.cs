using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.RestApi;

/// <summary>Nothing is offered that nobody decided to offer.</summary>
public sealed partial class OfferedTablesTests
{
    private static readonly string[] Offered =
    [
        "agents",
        "configurations",
        "conversation_messages",
        "conversations",
        "generated_code",
        "job_runs",
        "memory_long_term",
        "plugin_links",
        "plugins",
        "scheduled_jobs",
        "templates",
        "tool_instances",
        "tool_versions",
        "tools",
        "user_preferences",
    ];

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Every_table_and_column_of_the_model_is_looked_at_and_no_secret_is_offered(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var context = registry.Open();
        var catalog = RestCatalog.Of(context.Model);
        var tables = catalog.All.ToDictionary(table => table.Name);

        Assert.Equal(Offered, tables.Keys.Order(StringComparer.Ordinal));
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
    [InlineData("system_config")]
    [InlineData("llm_config")]
    [InlineData("mcp_tokens")]
    [InlineData("change_history")]
    [InlineData("memory_tombstones")]
    public async Task A_table_with_secrets_is_as_if_it_were_not_there(string table)
    {
        await using var registry = await TestRegistry.CreateAsync();
        await using var context = registry.Open();

        var catalog = RestCatalog.Of(context.Model);

        Assert.DoesNotContain(catalog.All, offered => offered.Name == table || offered.Resource == table);
    }

    [GeneratedRegex("passw|secret|token(?!s$)|hash|api_key|credential|embedding|config_value|^value$")]
    private static partial Regex Secret();
}
