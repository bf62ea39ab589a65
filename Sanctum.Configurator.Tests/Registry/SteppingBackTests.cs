using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

/// <summary>One step back and forth through the migrations, which deletes nothing unasked and is not undone by the next start.</summary>
public sealed class SteppingBackTests
{
    private const string AMemory = "INSERT INTO memory_long_term (user_id, memory_type, content) VALUES ('1', 'preference', 'Dark cards')";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_step_that_deletes_nothing_is_taken_and_this_version_waits_until_it_is_told_to_go_forward(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var steps = registry.Services.GetRequiredService<SchemaSteps>();
        var before = await steps.ReadAsync(Cancel);
        Assert.Empty(before.Losses);
        Assert.Equal(0, before.Pending);

        await steps.DownAsync(before.Current, mayLose: false, Cancel);

        var after = await steps.ReadAsync(Cancel);
        Assert.Equal((before.Before, 1), (after.Current, after.Pending));
        Assert.NotEmpty(Directory.EnumerateFiles(registry.Location.BackupsFolder, "before-migration-*"));
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(registry));
        Assert.Contains($"taken back to {before.Before}", refused.Message, StringComparison.Ordinal);

        await steps.UpAsync(isOneStep: true, Cancel);
        Assert.Equal(before.Current, (await steps.ReadAsync(Cancel)).Current);
        await StartAsync(registry);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_step_that_deletes_something_says_what_and_is_taken_only_where_that_is_wanted(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var steps = registry.Services.GetRequiredService<SchemaSteps>();
        await registry.OutsideAsync(AMemory);
        await registry.OutsideAsync("INSERT INTO conversations (title) VALUES ('A talk')");
        await registry.OutsideAsync(
            "INSERT INTO conversation_messages (conversation_id, role, content, is_summary) SELECT id, 'system', 'All of it', true FROM conversations"
        );

        await steps.DownAsync(null, mayLose: false, Cancel); // That of the indexes.
        var why = await Assert.ThrowsAsync<InvalidOperationException>(() => steps.DownAsync(null, mayLose: false, Cancel));
        Assert.Contains("1 row of memory_long_term", why.Message, StringComparison.Ordinal);
        Assert.Contains("is_summary in 1 row of conversation_messages", why.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await steps.ReadAsync(Cancel)).Pending);

        await steps.DownAsync(null, mayLose: true, Cancel);
        Assert.Equal(2, (await steps.ReadAsync(Cancel)).Pending);
    }

    [Fact]
    public async Task What_was_stepped_back_meanwhile_is_not_stepped_back_twice()
    {
        await using var registry = await TestRegistry.CreateAsync();
        var steps = registry.Services.GetRequiredService<SchemaSteps>();
        var from = (await steps.ReadAsync(Cancel)).Current;
        await steps.DownAsync(from, mayLose: false, Cancel);

        var why = await Assert.ThrowsAsync<InvalidOperationException>(() => steps.DownAsync(from, mayLose: false, Cancel));

        Assert.Contains("and not at", why.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await steps.ReadAsync(Cancel)).Pending);
    }

    [Fact]
    public async Task There_is_no_step_before_the_first_migration()
    {
        await using var registry = await TestRegistry.CreateAsync();
        var steps = registry.Services.GetRequiredService<SchemaSteps>();
        await steps.ToAsync("Start", mayLose: true, Cancel);

        var why = await Assert.ThrowsAsync<InvalidOperationException>(() => steps.DownAsync(null, mayLose: true, Cancel));

        Assert.Contains("no migration before the first", why.Message, StringComparison.Ordinal);
    }

    private static Task StartAsync(TestRegistry registry) => registry.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(Cancel);
}
