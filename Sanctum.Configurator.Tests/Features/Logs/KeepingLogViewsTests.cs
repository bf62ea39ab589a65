using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Logs.Views;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class KeepingLogViewsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_sees_ones_own_views_and_the_shared_ones(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await world.AddViewAsync("Mine", "level>=error", world.Vera);
        await world.AddViewAsync("Hers", "timeout", world.Ada);
        var shared = await world.AddViewAsync("For all", "-heartbeat", world.Ada, isShared: true);

        var seen = (await world.CallAsync((LogViewService views) => views.ListAsync(new(0, 10), Cancel), world.Vera)).Items;

        Assert.Equal(
            [("For all", "-heartbeat", "ada", false), ("Mine", "level>=error", "vera", true)],
            seen.Select(v => (v.Name, v.Query, v.Owner, v.MayChange))
        );
        Assert.Equal(shared, await world.CallAsync((LogViewService views) => views.FindAsync(shared.Id, Cancel), world.Ada));
        Assert.Equal(
            ["For all"],
            (await world.CallAsync((LogViewService views) => views.ListAsync(new(0, 10, Search: "FOR"), Cancel))).Items.Select(v => v.Name)
        );
        Assert.Equal([shared], (await world.CallAsync((LogViewService views) => views.ListAsync(new(0, 10), Cancel))).Items);
        var first = await world.CallAsync((LogViewService views) => views.ListAsync(new(0, 1), Cancel), world.Vera);
        var second = await world.CallAsync(
            (LogViewService views) => views.ListAsync(new(0, 1, Cursor: first.NextCursor), Cancel),
            world.Vera
        );
        Assert.Equal(("For all", "Mine", null), (first.Items.Single().Name, second.Items.Single().Name, second.NextCursor));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Only_the_owner_and_administrators_change_a_view(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var hidden = await world.AddViewAsync("Hidden", "timeout", world.Ada);
        var shared = await world.AddViewAsync("Shared", "timeout", world.Ada, isShared: true);

        Assert.IsType<Outcome<LogViewRow>.NotFound>(await SaveAsync(world, hidden.ToForm(), world.Vera));
        foreach (var other in new[] { world.Vera, world.Root })
        {
            Assert.IsType<Outcome<LogViewRow>.NotFound>(await DeleteAsync(world, hidden.Id, null, other));
        }

        Assert.Contains(
            "belongs to somebody else",
            Refusal(await SaveAsync(world, shared.ToForm(), world.Vera))[""],
            StringComparison.Ordinal
        );
        Assert.Contains("", Refusal(await DeleteAsync(world, shared.Id, null, world.Vera)).Keys);

        var form = shared.ToForm();
        (form.Name, form.Query) = ("Renamed", "timeout level>=error");
        var changed = Assert.IsType<Outcome<LogViewRow>.Ok>(await SaveAsync(world, form, world.Root)).Value;
        Assert.Equal(("Renamed", "timeout level>=error", "ada"), (changed.Name, changed.Query, changed.Owner));
        Assert.Equal(changed, Assert.IsType<Outcome<LogViewRow>.Conflict>(await SaveAsync(world, form, world.Ada)).Current);
        Assert.IsType<Outcome<LogViewRow>.Conflict>(await DeleteAsync(world, shared.Id, shared.Version, world.Ada));
        Assert.IsType<Outcome<LogViewRow>.Ok>(await DeleteAsync(world, shared.Id, changed.Version, world.Ada));
        Assert.IsType<Outcome<LogViewRow>.NotFound>(await DeleteAsync(world, shared.Id, null, world.Ada));
        await using var context = world.Registry.Open();
        Assert.Equal(
            ["insert", "update", "delete"],
            await context
                .Changes.Where(c => c.TableName == "log_views" && c.RowId == $"{shared.Id}")
                .OrderBy(c => c.Id)
                .Select(c => c.Act)
                .ToListAsync(Cancel)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_wrong_is_said_and_where(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await world.AddViewAsync("Mine", "timeout", world.Vera);

        var reasons = Refusal(
            await SaveAsync(
                world,
                new()
                {
                    Name = "mine",
                    Query = "timeout level:loud",
                    IsShared = true,
                },
                world.Vera
            )
        );

        Assert.StartsWith("At 9: The level must be one of", reasons[nameof(LogViewForm.Query)], StringComparison.Ordinal);
        Assert.Equal("A view named mine already exists.", reasons[nameof(LogViewForm.Name)]);
        Assert.StartsWith(
            "Sharing views requires the permission registry:operate.",
            reasons[nameof(LogViewForm.IsShared)],
            StringComparison.Ordinal
        );
        Assert.Equal("Enter a name.", Refusal(await SaveAsync(world, new() { Name = " " }, world.Vera))[nameof(LogViewForm.Name)]);
        await world.AddViewAsync("Mine", "", world.Ada);
        Assert.Equal(2, await CountAsync(world));
    }

    [Fact]
    public async Task What_nobody_owns_any_more_is_the_administrators()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await world.Registry.OutsideAsync("INSERT INTO log_views (name, query) VALUES ('Orphan', 'timeout')");

        Assert.Empty((await world.CallAsync((LogViewService views) => views.ListAsync(new(0, 10), Cancel), world.Ada)).Items);
        var seen = Assert.Single((await world.CallAsync((LogViewService views) => views.ListAsync(new(0, 10), Cancel))).Items);
        Assert.IsType<Outcome<LogViewRow>.Ok>(await DeleteAsync(world, seen.Id, seen.Version, world.Root));
    }

    [Fact]
    public async Task Who_may_not_read_the_logs_keeps_and_deletes_none()
    {
        await using var world = await AlertsWorld.CreateAsync();
        var mine = await world.AddViewAsync("Mine", "timeout", world.Ada);
        await using var scope = world.Registry.Services.CreateAsyncScope();
        scope
            .ServiceProvider.GetRequiredService<CurrentUser>()
            .Become(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, $"{world.Ada.Id}")], "key")));
        var views = scope.ServiceProvider.GetRequiredService<LogViewService>();

        Assert.StartsWith(
            "You don't have permission to read the logs.",
            Refusal(await views.SaveAsync(new() { Name = "Other" }, Cancel))[""],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "You don't have permission to read the logs.",
            Refusal(await views.DeleteAsync(mine.Id, null, Cancel))[""],
            StringComparison.Ordinal
        );
        Assert.Equal(1, await CountAsync(world));
    }

    private static Task<Outcome<LogViewRow>> SaveAsync(AlertsWorld world, LogViewForm form, User who) =>
        world.CallAsync((LogViewService views) => views.SaveAsync(form, Cancel), who);

    private static Task<Outcome<LogViewRow>> DeleteAsync(AlertsWorld world, int id, int? version, User who) =>
        world.CallAsync((LogViewService views) => views.DeleteAsync(id, version, Cancel), who);

    private static IReadOnlyDictionary<string, string> Refusal(Outcome<LogViewRow> outcome) =>
        Assert.IsType<Outcome<LogViewRow>.Invalid>(outcome).Reasons;

    private static async Task<int> CountAsync(AlertsWorld world)
    {
        await using var context = world.Registry.Open();
        return await context.LogViews.CountAsync(Cancel);
    }
}
