using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Retention;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Before lines are deleted by hand, it is said how many those are.</summary>
public sealed class DeletingOlderLogsTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_goes_is_counted_anew_with_the_days_and_the_choice()
    {
        await using var world = await WorldAsync();
        var dialogs = await AskAsync(world);
        Shows(dialogs, "Removes 5 of 6 lines: those older than 30 days, the oldest of 2026-10-12 08:00 UTC.");

        Choose(dialogs, "Which", "ERROR agent");
        Shows(dialogs, "No matching lines.");
        Choose(dialogs, "Which", "ERROR system");
        Shows(dialogs, "Removes 3 of 4 lines: those older than 30 days");
        Write(dialogs, "Older than", "50");
        Shows(dialogs, "None of the 4 lines is older than 50 days.");
        Write(dialogs, "Older than", "0");
        Shows(dialogs, "Removes 4 of 4 lines: those older than 0 days");
        Write(dialogs, "Older than", "9000000");

        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.Find(".alert-preview").TextContent.Trim()), Patience);
        Write(dialogs, "Type delete to confirm", "delete");
        Assert.True(dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Delete").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_count_that_failed_is_said_and_made_again()
    {
        await using var world = await WorldAsync();
        await RunAsync(world, "ALTER TABLE log_source_hours RENAME TO elsewhere");
        var dialogs = await AskAsync(world);
        Shows(dialogs, "The lines could not be counted. See the console's log for details.");

        await RunAsync(world, "ALTER TABLE elsewhere RENAME TO log_source_hours");
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Count again").Click();

        Shows(dialogs, "Removes 5 of 6 lines");
    }

    [Fact]
    public async Task It_says_that_it_counts_and_shows_nothing_of_days_that_were_typed_over()
    {
        await using var world = await WorldAsync(TestDatabase.Postgres);
        var database = world.Registry.Services.GetRequiredService<LogDatabase>();
        await using (var other = await database.WriteAsync(Cancel))
        {
            await other.RunAsync("BEGIN; LOCK TABLE log_source_hours IN ACCESS EXCLUSIVE MODE", Cancel);
            var dialogs = await AskAsync(world);
            Shows(dialogs, "Counting the lines…");
            Assert.Equal("true", dialogs.Find(".alert-preview").GetAttribute("aria-busy"));
            Write(dialogs, "Older than", "50");
            Shows(dialogs, "Counting the lines…");
            await other.RunAsync("ROLLBACK", Cancel);

            Shows(dialogs, "None of the 6 lines is older than 50 days.");
            Assert.Null(dialogs.Find(".alert-preview").GetAttribute("aria-busy"));
        }
    }

    /// <summary>Five lines of forty days ago, and one of now.</summary>
    private static async Task<AlertsWorld> WorldAsync(TestDatabase database = TestDatabase.Sqlite)
    {
        var world = await AlertsWorld.CreateAsync(database);
        await world.WriteAsync("old", times: 3, secondsAgo: 40 * 86_400);
        await world.WriteAsync("old", times: 2, level: LogLevelWord.Info, secondsAgo: 40 * 86_400);
        await world.WriteAsync("new");
        await world.Store.IndexAsync();
        return world;
    }

    private static async Task RunAsync(AlertsWorld world, string sql)
    {
        await using var connection = await world.Registry.Services.GetRequiredService<LogDatabase>().WriteAsync(Cancel);
        await connection.RunAsync(sql, Cancel);
    }

    private static void Shows(IRenderedComponent<Overlays> dialogs, string text) =>
        dialogs.WaitForAssertion(
            () => Assert.Contains(text, dialogs.Find(".alert-preview").TextContent, StringComparison.Ordinal),
            Patience
        );

    private async Task<IRenderedComponent<Overlays>> AskAsync(AlertsWorld world)
    {
        var scope = (await world.Registry.CallAsAsync(world.Root)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Clock);
        Services.AddSingleton(scope.GetRequiredService<LogRetentionService>());
        var dialogs = Overlays;
        var stock = new LogStock(
            [new("ERROR", "system", 4, default, 90, 0), new("ERROR", "agent", 1, default, 90, 0), new("INFO", "system", 2, default, 90, 0)],
            null
        );
        _ = dialogs.InvokeAsync(() =>
            Get<MudBlazor.IDialogService>()
                .AskAsync<LogDeleteDialog, LogDeleteForm>(new Dictionary<string, object?> { [nameof(LogDeleteDialog.Stock)] = stock })
        );
        return dialogs;
    }
}
