using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>Units of work come from a pool, and none knows anything of whoever had it before.</summary>
public sealed class LendingContextsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_given_back_comes_again_as_new(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using (var scope = registry.ActAs("ada"))
        await using (var first = Of(scope))
        {
            first.Reason = "spring cleaning";
            first.Add(new Agent { Name = "Never saved" });
            first.Database.SetCommandTimeout(1);
            await first.Database.OpenConnectionAsync(Cancel);
            await first.Database.BeginTransactionAsync(Cancel);
        }

        await using (var scope = registry.ActAs("bert"))
        await using (var second = Of(scope))
        {
            Assert.Null(second.Reason);
            Assert.Empty(second.ChangeTracker.Entries());
            Assert.NotEqual(1, second.Database.GetCommandTimeout());
            Assert.Null(second.Database.CurrentTransaction);
            second.Add(new Agent { Name = "Athena" });
            await second.SaveChangesAsync(Cancel);
        }

        await using var now = registry.Open();
        var change = await now.Changes.SingleAsync(c => c.TableName == "agents", Cancel);
        Assert.Equal(("bert", null), (change.Actor, change.Reason));
        Assert.Equal(["Athena"], await now.Agents.Select(a => a.Name).ToListAsync(Cancel));
    }

    private static RegistryDbContext Of(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();
}
