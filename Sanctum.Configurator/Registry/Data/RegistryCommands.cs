using System.CommandLine;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>The commands that look after the registry as a whole: <c>migrate</c> and <c>audit</c>.</summary>
public static class RegistryCommands
{
    public static Command Migrate(Func<IServiceProvider> services)
    {
        var status = new Command("status", "Lists the migrations and whether they are applied.");
        status.SetAction(
            async (parsed, cancel) =>
            {
                await WriteStatusAsync(services().GetRequiredService<RegistryMigrator>(), parsed.InvocationConfiguration.Output, cancel);
                return 0;
            }
        );

        var current = new Command("current", "Shows the newest migration that the registry has, and how many are pending.");
        current.SetAction(
            async (parsed, cancel) =>
            {
                var state = await services().GetRequiredService<SchemaSteps>().ReadAsync(cancel);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{state.Current ?? "none"} ({state.Pending} pending{(state.Newer is null ? "" : "; of a newer version")})"
                    )
                );
                return 0;
            }
        );

        var one = new Option<bool>("--one") { Description = "Only the next one." };
        var up = new Command("up", "Applies all pending migrations, after a backup if needed.") { one };
        up.SetAction(
            (parsed, cancel) =>
                StepAsync(services, steps => steps.UpAsync(parsed.GetValue(one), cancel), parsed.InvocationConfiguration.Output, cancel)
        );

        var from = new Option<string?>("--from")
        {
            Description = "Only where the registry is at this migration, with or without its number.",
        };
        var lose = new Option<bool>("--lose-data") { Description = "Also where it deletes something; the backup before it keeps that." };
        var down = new Command("down", "Takes the newest migration back, after a backup. Stop the console first.") { from, lose };
        down.SetAction(
            (parsed, cancel) =>
                StepAsync(
                    services,
                    steps => steps.DownAsync(parsed.GetValue(from), parsed.GetValue(lose), cancel),
                    parsed.InvocationConfiguration.Output,
                    cancel
                )
        );

        var name = new Argument<string>("NAME") { Description = "The migration, with or without its number; 0 reverts all." };
        var to = new Command("to", "Migrates the registry forwards or backwards to a migration, after a backup if needed.") { name, lose };
        to.SetAction(
            (parsed, cancel) =>
                StepAsync(
                    services,
                    steps => steps.ToAsync(parsed.GetValue(name), parsed.GetValue(lose), cancel),
                    parsed.InvocationConfiguration.Output,
                    cancel
                )
        );
        status.Aliases.Add("history");
        return new("migrate", "Shows or changes the schema of the databases.") { current, status, up, down, to };
    }

    public static Command Audit(Func<IServiceProvider> services)
    {
        var verify = new Command(
            "verify",
            "Checks the change history from its first record to its last. The exit code is 1 where it was tampered with."
        );
        verify.SetAction((parsed, cancel) => VerifyAsync(services(), parsed.InvocationConfiguration.Output, cancel));
        return new("audit", "Checks the change history.") { verify };
    }

    /// <exception cref="InvalidOperationException">The registry does not have the schema of this version yet.</exception>
    public static async Task RequireMigratedAsync(IServiceProvider services, CancellationToken cancel)
    {
        if ((await services.GetRequiredService<RegistryMigrator>().StatusAsync(cancel)).Any(m => !m.IsApplied))
        {
            throw new InvalidOperationException(
                "The registry doesn't have this version's schema yet. Start the console once, or run: migrate up"
            );
        }
    }

    private static async Task<int> StepAsync(
        Func<IServiceProvider> services,
        Func<SchemaSteps, Task> step,
        TextWriter output,
        CancellationToken cancel
    )
    {
        await step(services().GetRequiredService<SchemaSteps>());
        await WriteStatusAsync(services().GetRequiredService<RegistryMigrator>(), output, cancel);
        return 0;
    }

    private static async Task WriteStatusAsync(RegistryMigrator migrator, TextWriter output, CancellationToken cancel)
    {
        foreach (var migration in await migrator.StatusAsync(cancel))
        {
            await output.WriteLineAsync($"{migration.Database, -8}  {StateOf(migration)}  {migration.Name}");
        }
    }

    private static string StateOf(MigrationState migration) =>
        !migration.IsKnown ? "unknown"
        : migration.IsApplied ? "applied"
        : "pending";

    private static async Task<int> VerifyAsync(IServiceProvider services, TextWriter output, CancellationToken cancel)
    {
        await RequireMigratedAsync(services, cancel);
        await using var scope = services.CreateAsyncScope();
        var report = await scope.ServiceProvider.GetRequiredService<ChangeAudit>().VerifyAsync(cancel);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"records: {report.Records}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"waiting: {report.Waiting}"));
        await output.WriteLineAsync($"head: {report.HeadHash}");
        foreach (var fault in report.Faults)
        {
            await output.WriteLineAsync(
                fault.RecordId is { } id
                    ? string.Create(CultureInfo.InvariantCulture, $"record {id}: {fault.What}")
                    : $"chain: {fault.What}"
            );
        }

        return report.IsWhole ? 0 : 1;
    }
}
