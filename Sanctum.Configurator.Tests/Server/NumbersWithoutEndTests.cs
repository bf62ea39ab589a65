using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Connections;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// Infinity, what is no number, and numbers next to it, which other programs store by plain SQL in any column of such numbers, keep nobody from
/// reading anything by the API.
/// </summary>
public sealed partial class NumbersWithoutEndTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    private static readonly Guid MemoryId = Guid.Parse("0191d2b0-00ab-7000-8000-0000000000a1");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TestDatabase.Sqlite, "9e999")]
    [InlineData(TestDatabase.Sqlite, "-9e999")]
    [InlineData(TestDatabase.Sqlite, "1.7e308")]
    [InlineData(TestDatabase.Postgres, "'Infinity'")]
    [InlineData(TestDatabase.Postgres, "'-Infinity'")]
    [InlineData(TestDatabase.Postgres, "'NaN'")]
    [InlineData(TestDatabase.Postgres, "1.7e308")]
    public async Task Nothing_that_is_read_fails(TestDatabase database, string number)
    {
        var console = await consoles.OnAsync(database);
        await using var registry = await console.OpenAsync();
        var columns = registry
            .Model.GetEntityTypes()
            .SelectMany(entity =>
                entity
                    .GetProperties()
                    .Where(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(double))
                    .Select(property => (Table: entity.GetTableName()!, Column: property.GetColumnName()))
            )
            .ToList();
        await FillAsync(registry);
        foreach (var (table, column) in columns)
        {
#pragma warning disable EF1002 // Names of the model, and numbers of this test.
            Assert.InRange(await registry.Database.ExecuteSqlRawAsync($"UPDATE {table} SET {column} = {number}", Cancel), 2, int.MaxValue);
#pragma warning restore EF1002
        }

        using var program = console.WithKey(ConsoleServer.FirstKey);
        var read = 0;
        foreach (var path in PathsOf(console))
        {
            using var answer = await program.OpenAsync(path);
            Assert.True(
                answer.StatusCode < HttpStatusCode.InternalServerError || answer.StatusCode == HttpStatusCode.BadGateway,
                $"{path}: {(int)answer.StatusCode}"
            );
            read += answer.IsSuccessStatusCode ? 1 : 0;
        }

        Assert.InRange(read, 60, int.MaxValue);
        var person = await console.AddPersonAsync();
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("memory_long_term?select=relevance_score")).Status);
    }

    /// <summary>Every route that is read, about the rows of <see cref="FillAsync"/> where it is about one.</summary>
    private static IEnumerable<string> PathsOf(ConsoleServer console) =>
        console
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route =>
                route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
                && Schemes.IsApi($"/{route.RoutePattern.RawText?.TrimStart('/')}")
            )
            .Select(route =>
                Place()
                    .Replace(
                        $"/{route.RoutePattern.RawText!.Trim('/')}",
                        place => place.Value.Contains("guid", StringComparison.Ordinal) ? $"{MemoryId}" : "1"
                    )
            )
            .Distinct();

    /// <summary>Two rows in each table: sums and averages are of more than one.</summary>
    private static async Task FillAsync(RegistryDbContext registry)
    {
        if (await registry.Set<LlmUsage>().AnyAsync(Cancel))
        {
            return;
        }

        var (now, model, server) = (
            DateTimeOffset.UtcNow,
            new LlmConfig
            {
                Type = "compatible",
                Model = "fine",
                IsActive = false,
            },
            new McpServer { Name = "Files" }
        );
        registry.AddRange(model, server);
        await registry.SaveChangesAsync(Cancel);
        for (var row = 0; row < 2; row++)
        {
            var at = now.AddMinutes(-1 - row);
            registry.AddRange(
                new ConnectionCheck
                {
                    CheckedAt = at,
                    CheckedBy = "root",
                    Address = "http://localhost",
                    IsOfSaved = true,
                    Verdict = "ok",
                    IsUp = true,
                },
                new ConnectionRollup
                {
                    Period = RollupPeriod.Hour,
                    StartsAt = new(at.Year, at.Month, at.Day, row, 0, 0, TimeSpan.Zero),
                    Checks = 3,
                },
                new McpCheck
                {
                    ServerId = server.Id,
                    CheckedAt = at,
                    CheckedBy = "root",
                    Verdict = "ok",
                    IsUp = true,
                },
                new LlmCheck
                {
                    ConfigId = model.Id,
                    CheckedAt = at,
                    CheckedBy = "root",
                    Model = "fine",
                    Verdict = "ok",
                    IsUp = true,
                },
                new LlmUsage
                {
                    UsedAt = at,
                    ConfigId = model.Id,
                    Type = "compatible",
                    Model = "fine",
                    Outcome = "ok",
                },
                new Memory
                {
                    Id = row == 0 ? MemoryId : Guid.CreateVersion7(),
                    UserId = "1",
                    Content = $"Likes tides {row}",
                }
            );
        }

        await registry.SaveChangesAsync(Cancel);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Place();
}
