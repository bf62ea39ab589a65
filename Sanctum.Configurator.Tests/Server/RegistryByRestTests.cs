#pragma warning disable EF1002 // Rows of the test's own.
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>The registry's tables under <c>/rest/v1</c>: to whom they are shown, and what of them never is.</summary>
public sealed class RegistryByRestTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    /// <summary>In every column that is not offered.</summary>
    private const string Planted = "planted-7f3a";

    private const string Key = "11111111-1111-4111-8111-111111111111";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_key_sees_the_tables_of_its_permissions_and_no_other(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var tables = await TablesAsync(console);
        foreach (var policy in tables.Select(table => table.Policy).Distinct())
        {
            var person = await console.AddPersonAsync(policy);
            var described = (await person.GetAsync("/rest/v1/")).Json!["paths"]!.AsObject().Select(path => path.Key.Trim('/'));
            Assert.Equal(tables.Where(table => table.Policy == policy).Select(table => table.Resource).Order(), described.Order());
            foreach (var table in tables)
            {
                var said = await person.GetAsync($"{table.Resource}?limit=3");
                var wanted = table.Policy == policy ? (HttpStatusCode.OK, null) : (HttpStatusCode.Forbidden, "42501");
                Assert.True(
                    wanted == (said.Status, said.Status == HttpStatusCode.OK ? null : said.Code),
                    $"{policy} {table.Resource} {said.Text}"
                );
            }
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task They_are_read_only(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var person = await console.AddPersonAsync();
        foreach (var table in (await TablesAsync(console)).Where(table => !table.IsWritable))
        {
            foreach (var (method, body) in new[] { ("POST", "{}"), ("PATCH", "{}"), ("DELETE", null) })
            {
                var said = await person.SendAsync(method, $"{table.Resource}?id=eq.1", body);
                Assert.True((said.Status, said.Code) == (HttpStatusCode.Forbidden, "42501"), $"{method} {table.Resource} {said.Text}");
            }
        }
    }

    /// <summary>
    /// As others were read letter by letter by filters (Lemur's pull request 876), by sorting (Discourse's 41598), by what is embedded
    /// (PostgREST's issue 1224), and by what a refusal quotes (its issue 541).
    /// </summary>
    [Fact]
    public async Task What_is_not_offered_comes_out_in_no_way()
    {
        await using var console = new RestConsole(TestDatabase.Sqlite);
        await console.InitializeAsync();
        var person = await console.AddPersonAsync();
        await using var registry = await console.OpenAsync();
        var tables = (await TablesAsync(console)).ToDictionary(table => table.Name);
        var columns = await PlantAsync(registry, tables, person.Me);
        var (rows, tried) = (0, 0);
        foreach (var (name, all) in columns)
        {
            if (!tables.TryGetValue(name, out var table))
            {
                if (tables.Values.All(other => other.Resource != name))
                {
                    Refused(await person.GetAsync($"{name}?limit=1"), "PGRST205");
                }

                continue;
            }

            var read = await person.GetAsync($"{table.Resource}?limit=1000");
            Assert.True(read.Status == HttpStatusCode.OK && !read.Text.Contains(Planted, StringComparison.Ordinal), read.Text);
            rows += read.Rows.Count(row => $"{row!["id"]}" is "900001" or Key);
            foreach (var column in all.Where(column => !table.Has(column)))
            {
                tried++;
                string[] ways =
                [
                    $"{column}=like.{Planted}*",
                    $"{column}->>a=eq.x",
                    $"or=({column}.like.{Planted}*,id.gt.0)",
                    $"order={column}.desc",
                    $"select={column}",
                    $"select=*,id:{column}::text",
                    .. tables
                        .Values.SelectMany(other => other.Relations, (other, relation) => (other, relation))
                        .Where(pair => pair.other == table)
                        .SelectMany(pair => Ways(pair.relation, tables, columns)),
                ];
                foreach (var way in ways)
                {
                    Refused(await person.GetAsync($"{table.Resource}?{way}"), "42703", "PGRST118");
                }
            }
        }

        Assert.True(rows > 40 && tried > 150, $"{rows} rows, {tried} columns");
        var described = (await person.GetAsync("/rest/v1/")).Json!["definitions"]!.AsObject();
        foreach (var table in tables.Values)
        {
            Assert.Equal(
                table.Columns.Select(column => column.Name),
                described[table.Resource]!["properties"]!.AsObject().Select(property => property.Key)
            );
        }
    }

    private static IEnumerable<string> Ways(
        RestRelation relation,
        Dictionary<string, RestTable> tables,
        Dictionary<string, List<string>> columns
    )
    {
        var other = tables.Values.Single(table => table.Resource == relation.Resource);
        var secret = columns[other.Name].FirstOrDefault(column => !other.Has(column));
        return secret is null
            ? []
            :
            [
                $"select=id,{relation.Resource}!{relation.ForeignKey}({secret})",
                $"select=id,{relation.Resource}!{relation.ForeignKey}!inner(id)&{relation.Resource}.{secret}=like.{Planted}*",
                $"select=id,{relation.Resource}!{relation.ForeignKey}(id)&order={relation.Resource}({secret})",
            ];
    }

    private static void Refused(RestSaid said, params string[] codes)
    {
        Assert.True(codes.Contains(said.Code), said.Text);
        Assert.DoesNotContain("7f3a", said.Text.Replace($"{Planted}*", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>A row in every table, with the planted words wherever nothing is offered.</summary>
    /// <returns>The columns of each table.</returns>
    private static async Task<Dictionary<string, List<string>>> PlantAsync(
        RegistryDbContext registry,
        Dictionary<string, RestTable> tables,
        string me
    )
    {
        await registry.Database.OpenConnectionAsync(Cancel);
        await registry.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON", Cancel);
        var columns = new Dictionary<string, List<string>>();
        foreach (var name in registry.Model.GetEntityTypes().Select(entity => entity.GetTableName()!).Distinct())
        {
            var all = await registry
                .Database.SqlQueryRaw<string>(
                    $"SELECT name || ' ' || type || ' ' || (\"notnull\" AND dflt_value IS NULL OR pk) AS Value FROM pragma_table_info('{name}')"
                )
                .ToListAsync(Cancel);
            var given = new Dictionary<string, string>();
            foreach (var (column, type, isNeeded) in all.Select(text => text.Split(' ')).Select(part => (part[0], part[1], part[2] == "1")))
            {
                var isOffered = tables.GetValueOrDefault(name)?.Has(column) == true;
                if (column == "user_id" && tables.GetValueOrDefault(name)?.IsWritable == true)
                {
                    given[column] = $"'{me}'";
                }
                else if (isNeeded || (!isOffered && type is "TEXT" or "BLOB"))
                {
                    given[column] =
                        type == "INTEGER" ? "900001"
                        : type == "REAL" ? "0.5"
                        : column == "id" || column.EndsWith("_id", StringComparison.Ordinal) ? $"'{Key}'"
                        : isOffered ? "'2026-01-01 00:00:00'"
                        : $"'{Planted} {name} {column}'";
                }
            }

            columns[name] = all.ConvertAll(text => text.Split(' ')[0]);
            await registry.Database.ExecuteSqlRawAsync(
                $"INSERT INTO \"{name}\" ({string.Join(", ", given.Keys.Select(column => $"\"{column}\""))}) VALUES ({string.Join(", ", given.Values)})",
                Cancel
            );
        }

        return columns;
    }

    private static async Task<List<RestTable>> TablesAsync(RestConsole console)
    {
        await using var registry = await console.OpenAsync();
        return [.. RestCatalog.Of(registry.Model).All];
    }
}
