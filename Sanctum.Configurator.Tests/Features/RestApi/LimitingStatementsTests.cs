using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.RestApi;

/// <summary>No statement that a caller asks for goes on for longer than the setting says.</summary>
public sealed class LimitingStatementsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TestDatabase.Sqlite, "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")]
    [InlineData(TestDatabase.Postgres, "SELECT count(*) FROM generate_series(1, 1000000) AS a, generate_series(1, 1000000) AS b")]
    public async Task One_that_would_never_end_is_ended_and_said_so(TestDatabase database, string sql)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var context = registry.Open();
        var store = new RestStore(context, TimeSpan.FromSeconds(1), TimeProvider.System);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => store.AskAsync(sql, store.NewValues(), Cancel));

        Assert.Equal(("57014", 500), (StoreFaults.Of(failure, "conversations")?.Code, StoreFaults.Of(failure, "conversations")?.Status));
        Assert.Equal("1", $"{await store.AskAsync("SELECT 1", store.NewValues(), Cancel)}");
    }
}
