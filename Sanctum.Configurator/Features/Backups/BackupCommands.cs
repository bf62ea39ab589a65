using System.CommandLine;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>The command <c>backup</c>: for scripts, and for the day on which the console does not start.</summary>
public static class BackupCommands
{
    public static Command Backup(Func<IServiceProvider> services) =>
        new("backup", "Creates, lists, verifies and restores backups.")
        {
            Create(services),
            List(services),
            Verify(services),
            Restore(services),
        };

    private static Command Create(Func<IServiceProvider> services)
    {
        var type = new Option<string>("--type") { Description = "full, incremental or config_only.", DefaultValueFactory = _ => "full" };
        type.AcceptOnlyFromAmong("full", "incremental", "config_only");
        var with = new Option<string[]>("--with")
        {
            Description = "Additional content: letta_agents, sanctum_files, letta_files or broca. Can be repeated.",
        };
        with.AcceptOnlyFromAmong("letta_agents", "sanctum_files", "letta_files", "broca");
        var withoutLogs = new Option<bool>("--no-logs") { Description = "Leaves the logs out of a full backup." };
        var note = new Option<string?>("--note") { Description = "A note for the list." };
        var passphrase = Passphrase("Encrypts the backup with the first line of this file. Only encrypted backups contain the key ring.");
        var create = new Command("create", "Creates a backup and test-restores it. The exit code is 1 if either fails.")
        {
            type,
            with,
            withoutLogs,
            note,
            passphrase,
        };
        create.SetAction(
            async (parsed, cancel) =>
            {
                var form = new BackupForm
                {
                    Type = EnumText<BackupType>.Parse(parsed.GetValue(type)!),
                    Parts = [.. parsed.GetValue(with) ?? [], .. parsed.GetValue(withoutLogs) ? Array.Empty<string>() : ["logs"]],
                    Note = parsed.GetValue(note),
                    Passphrase = await ReadAsync(services, parsed.GetValue(passphrase), cancel),
                    WithKeys = true,
                };
                return await CreateAsync(
                    services(),
                    form,
                    parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error,
                    cancel
                );
            }
        );
        return create;
    }

    private static Command List(Func<IServiceProvider> services)
    {
        var list = new Command("list", "Lists the backups, the newest first.");
        list.SetAction(
            async (parsed, cancel) =>
            {
                await RegistryCommands.RequireMigratedAsync(services(), cancel);
                await using var scope = services().CreateAsyncScope();
                await using var registry = await RegistryOf(scope, cancel);
                foreach (
                    var b in await registry
                        .Backups.AsNoTracking()
                        .OrderByDescending(b => b.CreatedAt)
                        .ThenByDescending(b => b.Id)
                        .ToListAsync(cancel)
                )
                {
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(
                        $"{b.Id, 5}  {b.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}  {EnumText<BackupType>.Of(b.Type), -11}  {Sizes.Of(b.SizeBytes ?? 0), 9}  {StateOf(b)}  {b.FilePath}"
                    );
                }

                return 0;
            }
        );
        return list;
    }

    private static Command Verify(Func<IServiceProvider> services)
    {
        var file = new Argument<string>("FILE") { Description = "The backup's file." };
        var passphrase = Passphrase("A file whose first line is the backup's passphrase.");
        var verify = new Command("verify", "Verifies a backup by reading every byte. The exit code is 1 if a part is damaged.")
        {
            file,
            passphrase,
        };
        verify.SetAction(
            async (parsed, cancel) =>
            {
                var verdict = await BackupService.VerifyAsync(
                    parsed.GetValue(file)!,
                    await ReadAsync(services, parsed.GetValue(passphrase), cancel),
                    cancel
                );
                foreach (var part in verdict.Parts)
                {
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(
                        $"{(part.Ok ? "whole" : "BAD"), -5}  {part.Name}{(part.Ok ? "" : $": {part.Message}")}"
                    );
                }

                return verdict.Ok ? 0 : 1;
            }
        );
        return verify;
    }

    private static Command Restore(Func<IServiceProvider> services)
    {
        var file = new Argument<string>("FILE") { Description = "The backup's file." };
        var passphrase = Passphrase("A file whose first line is the backup's passphrase.");
        var restore = new Command(
            "restore",
            "Restores a backup's files into the data folder while the console is stopped. Existing files are kept aside."
        )
        {
            file,
            passphrase,
        };
        restore.SetAction(
            async (parsed, cancel) =>
            {
                var done = await services()
                    .GetRequiredService<FileRestore>()
                    .RunAsync(parsed.GetValue(file)!, await ReadAsync(services, parsed.GetValue(passphrase), cancel), cancel);
                foreach (var line in done)
                {
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(line);
                }

                return 0;
            }
        );
        return restore;
    }

    private static async Task<int> CreateAsync(
        IServiceProvider services,
        BackupForm form,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancel
    )
    {
        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            await errors.WriteLineAsync(reasons.Values.First());
            return 1;
        }

        await RegistryCommands.RequireMigratedAsync(services, cancel);
        var runner = services.GetRequiredService<BackupRunner>();
        var run = ((Outcome<BackupRun>.Ok)await runner.BackUpAsync(form, BackupTrigger.Manual, Actor.CommandLine, cancel)).Value;
        using (cancel.Register(run.Stop))
        {
            await run.Ended;
        }

        await using var scope = services.CreateAsyncScope();
        await using var registry = await RegistryOf(scope, CancellationToken.None);
        var backup = await registry.Backups.AsNoTracking().SingleAsync(b => b.Id == run.BackupId, CancellationToken.None);
        if (!backup.IsKept)
        {
            await errors.WriteLineAsync(backup.Failure ?? backup.DrillFailure);
            return 1;
        }

        await output.WriteLineAsync(backup.FilePath);
        await errors.WriteLineAsync($"{Sizes.Of(backup.SizeBytes ?? 0)}, {StateOf(backup)}");
        return 0;
    }

    private static string StateOf(Backup backup) =>
        backup switch
        {
            { Status: BackupStatus.InProgress } => "in progress",
            { Status: BackupStatus.Failed } => $"failed: {backup.Failure}",
            { DrillFailure: { } fault } => $"not recoverable: {fault}",
            { DrilledAt: { } at } => $"restore tested {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}",
            _ => "not restore tested",
        };

    private static Option<string?> Passphrase(string description) => new("--passphrase-file") { Description = description };

    private static async Task<string?> ReadAsync(Func<IServiceProvider> services, string? file, CancellationToken cancel)
    {
        if (file is null)
        {
            return null;
        }

        using var reader = new StreamReader(services().GetRequiredService<OperatorFiles>().OpenTyped(file));

        // Nobody who names a file means a backup without a passphrase.
        return await reader.ReadLineAsync(cancel) is { } line && !string.IsNullOrWhiteSpace(line)
            ? line
            : throw new BackupFailedException($"The first line of {file} is empty. Write the passphrase into it.");
    }

    private static Task<RegistryDbContext> RegistryOf(AsyncServiceScope scope, CancellationToken cancel) =>
        scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
}
