using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class WritingLogLinesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_line_of_level_debug_is_stored_as_such(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using (var logs = registry.Services.GetRequiredService<LogsDbContext>())
        {
            logs.AddRange(Enum.GetValues<LogLevelWord>().Select(level => new LogEntry { Level = level, Message = "x" }));
            await logs.SaveChangesAsync(Cancel);
        }

        await using var reader = registry.Services.GetRequiredService<LogsDbContext>();
        Assert.Equal(Enum.GetValues<LogLevelWord>(), await reader.Entries.OrderBy(l => l.Id).Select(l => l.Level).ToArrayAsync(Cancel));
    }
}
