using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.History;

public sealed class HistoryPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_filters_stand_in_the_address_and_the_export_has_them_too()
    {
        await using var world = await HistoryWorld.CreateAsync();
        var id = await world.AddAsync(new Agent { Name = "Athena" });
        await world.AddAsync(new Agent { Name = "Monday" });
        await world.ChangeAsync(async r =>
            (await r.Agents.SingleAsync(a => a.Name == "Monday", Xunit.TestContext.Current.CancellationToken)).Name = "Tuesday"
        );
        await PlaceAsync(world, Policies.ReadHistory);
        Get<NavigationManager>().NavigateTo(Urls.HistoryOf("agents", id));

        var page = Render<HistoryPage>();
        page.WaitForAssertion(() => Assert.Equal(1, Rows(page)), Patience);
        Assert.Contains($"table=agents&row={id}", page.Find("a[download$='.csv']").GetAttribute("href"), StringComparison.Ordinal);
        page.Find("select[aria-label=Action]").Change("update");
        page.WaitForAssertion(() => Assert.Contains("No changes", page.Markup), Patience);

        Assert.Contains("act=update", Get<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".chart-bars"));
    }

    [Fact]
    public async Task A_bar_leads_to_its_span_and_long_values_stand_side_by_side()
    {
        await using var world = await HistoryWorld.CreateAsync();
        await world.AddAsync(new Agent { Name = "Athena", Config = """{"system": "Be brief."}""" });
        world.Registry.Clock.Advance(TimeSpan.FromHours(7));
        await world.ChangeAsync(async r =>
            (await r.Agents.SingleAsync(Xunit.TestContext.Current.CancellationToken)).Config =
                $$"""{"system": "{{new string('x', 200)}}"}"""
        );
        await PlaceAsync(world, Policies.ReadHistory);
        Get<NavigationManager>().NavigateTo("/history?table=agents");

        var page = Render<HistoryPage>();
        page.WaitForAssertion(() => Assert.Equal(2, Rows(page)), Patience);
        Assert.Equal(
            ["Column", "Before", "After"],
            page.FindAll("table.sides")[0].QuerySelectorAll("thead th").Select(head => head.TextContent)
        );
        Assert.Contains("config.system", page.FindAll("table.sides")[0].TextContent, StringComparison.Ordinal);
        Get<NavigationManager>().NavigateTo(page.Find(".chart-bars tbody a").GetAttribute("href")!);

        page.WaitForAssertion(() => Assert.Equal(1, Rows(page)), Patience);
    }

    [Fact]
    public async Task Undoing_is_offered_to_writers_only_and_where_there_is_a_way()
    {
        await using var world = await HistoryWorld.CreateAsync();
        await world.AddAsync(new Agent { Name = "Athena" });
        await PlaceAsync(world, Policies.ReadHistory);
        var reader = Render<HistoryPage>();
        reader.WaitForAssertion(() => Assert.NotEqual(0, Rows(reader)), Patience);
        Assert.DoesNotContain(reader.FindAll("button"), button => button.TextContent.Contains("Undo", StringComparison.Ordinal));

        Reader.SetPolicies(Policies.ReadHistory, Policies.WriteRegistry);
        var page = Render<HistoryPage>();
        page.WaitForAssertion(
            () => Assert.Single(page.FindAll("button"), button => button.TextContent.Contains("Undo", StringComparison.Ordinal)),
            Patience
        );
        var host = Overlays;
        page.FindAll("button").Single(button => button.TextContent.Contains("Undo", StringComparison.Ordinal)).Click();
        host.WaitForAssertion(() => Assert.Contains("will be deleted", host.Markup), Patience);
        Assert.True(HasButton(host, "Undo"));
        await host.Find("form").SubmitAsync();

        page.WaitForAssertion(() => Assert.Contains("undid change", page.Markup), Patience);
    }

    private static int Rows(IRenderedComponent<HistoryPage> page) => page.FindAll("table[aria-label=Changes] > tbody > tr").Count;

    private async Task PlaceAsync(HistoryWorld world, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<ChangeAudit>());
        Services.AddSingleton(scope.GetRequiredService<HistoryService>());
        Services.AddSingleton(scope.GetRequiredService<HistoryUndo>());
        Reader.SetPolicies(policies);
    }
}
