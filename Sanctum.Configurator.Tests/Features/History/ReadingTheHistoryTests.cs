using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Tools;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.History;

/// <summary>The history is found, counted and taken along by who, what and when.</summary>
public sealed class ReadingTheHistoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Every_filter_narrows_and_the_counts_say_the_same(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var id = await world.AddAsync(new Agent { Name = "Athena" });
        world.Registry.Clock.Advance(TimeSpan.FromHours(5));
        var noon = world.Registry.Clock.GetUtcNow();
        await world.ChangeAsync(async r => (await r.Agents.SingleAsync(Cancel)).Name = "Pallas", "berta");
        world.Registry.Clock.Advance(TimeSpan.FromDays(2));
        await world.AddAsync(new Tool { Name = "Lamp" });

        await AssertFoundAsync(world, new(Table: "agents"), 2);
        await AssertFoundAsync(world, new(Table: "agents", Row: $"{id}", Act: "update"), 1);
        await AssertFoundAsync(world, new(Actor: "berta"), 1);
        await AssertFoundAsync(world, new(Table: "agents", From: noon), 1);
        await AssertFoundAsync(world, new(Table: "agents", To: noon), 1);
        await AssertFoundAsync(world, new(From: noon, To: noon.AddHours(1)), 1);
        await AssertFoundAsync(world, new(Actor: "nobody"), 0);
        await AssertFoundAsync(world, new(Search: "pallas"), 1);
        var choices = await world.CallAsync((HistoryService history) => history.ChoicesAsync(Cancel));
        Assert.Contains("berta", choices.Actors);
        Assert.Contains("tools", choices.Tables);
        Assert.Equal(["insert", "update"], choices.Acts.Where(act => act is "insert" or "update"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Reading_on_after_the_last_one_meets_each_change_once(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        for (var number = 0; number < 7; number++)
        {
            await world.AddAsync(new Agent { Name = $"Agent {number}" });
        }

        var (met, after) = (new List<long>(), (long?)null);
        while (
            await world.CallAsync((HistoryService history) => history.ListAsync(new(Table: "agents"), new(0, 3), after, Cancel))
                is { Items: { Count: > 0 } items, Total: 7 }
        )
        {
            met.AddRange(items.Select(row => row.Id));
            after = met[^1];
            await world.AddAsync(new Tool { Name = "Comes between" });
        }

        Assert.Equal(7, met.Count);
        Assert.Equal(met.Distinct().OrderDescending(), met);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_export_has_every_change_and_neither_a_formula_nor_a_secret(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        await world.ChangeAsync(
            r =>
            {
                r.Add(
                    new Configuration
                    {
                        Key = "token",
                        Value = "canary-in-a-secret",
                        IsEncrypted = true,
                    }
                );
                r.Add(new Agent { Name = "Ath\"ena,\nthe \"wise\"" });
                return Task.CompletedTask;
            },
            "=HYPERLINK(\"http://evil\")"
        );

        var csv = await ExportAsync(world, ExportFormat.Csv);
        var json = JsonNode.Parse(await ExportAsync(world, ExportFormat.Json))!.AsArray();

        Assert.DoesNotContain("canary-in-a-secret", csv + json.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(",\"'=HYPERLINK(\"\"http://evil\"\")\",", csv, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(^|,)""?[=+@]", csv);
        Assert.StartsWith("id,chain_number,changed_at,", csv, StringComparison.Ordinal);
        await using var context = world.Registry.Open();
        Assert.Equal(await context.Changes.CountAsync(Cancel), json.Count);
        Assert.Equal(json.Count + 1, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        var agent = Assert.Single(json, row => (string)row!["table_name"]! == "agents")!;
        Assert.Equal("Ath\"ena,\nthe \"wise\"", (string)agent["after"]!["name"]!);
        Assert.Equal("set", (string)Assert.Single(json, row => (string)row!["table_name"]! == "configurations")!["after"]!["value"]!);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("\nx", "\"'\nx\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"a\"", "\"say \"\"a\"\"\"")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public async Task A_cell_is_text_whatever_it_says(string? text, string cell)
    {
        using var file = new MemoryStream();
        await using (var csv = CsvWriter.Create(file, CsvText.Options, leaveOpen: true))
        {
            await csv.WriteRecordAsync([text, "end"], Cancel);
        }

        Assert.Equal($"{cell},end\r\n", Encoding.UTF8.GetString(file.ToArray()));
    }

    [Fact]
    public void A_json_column_is_told_apart_by_its_keys()
    {
        var changes = RowDifference
            .Apart(new("config", """{"a": 1, "b": {"c": 2}, "same": [1]}""", """{"b": {"c": 3}, "same": [1], "new": "x"}"""))
            .ToList();

        Assert.Equal(["config.a", "config.b", "config.new"], changes.Select(change => change.Column));
        Assert.Equal((null, "x"), (changes[2].From, changes[2].To));
        Assert.Equal(new ColumnChange("name", "{not json", "{}"), Assert.Single(RowDifference.Apart(new("name", "{not json", "{}"))));
    }

    private static async Task AssertFoundAsync(HistoryWorld world, ChangeFilter filter, int count)
    {
        var page = await world.CallAsync(
            (HistoryService history) => history.ListAsync(filter, new(0, 50, Search: filter.Search), null, Cancel)
        );
        var counts = await world.CallAsync((HistoryService history) => history.CountAsync(filter, Cancel));

        Assert.Equal((count, count, count), (page.Total, page.Items.Count, counts.Sum(span => span.Count)));
        Assert.True(counts.Count <= 50, $"{counts.Count}");
    }

    private static async Task<string> ExportAsync(HistoryWorld world, ExportFormat format)
    {
        using var file = new MemoryStream();
        await world.CallAsync(
            async (HistoryExport export) =>
            {
                await export.WriteAsync(new(), format, file, Cancel);
                return 0;
            }
        );
        return Encoding.UTF8.GetString(file.ToArray());
    }
}
