using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>An archive says whatever its maker wanted: nobody has more by restoring one, or by having one made, than without.</summary>
public sealed class WhoMayRestoreTests
{
    private const string Restorer = """["backups:restore","backups:make","backups:download"]""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Users_keys_and_settings_come_back_only_by_every_permission_and_the_password(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var eve = await console.Registry.AddUserAsync("eve", UserRole.Admin);
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync(
            $"UPDATE users SET role = 'viewer', permissions = '{Restorer}' WHERE id = {eve.Id}; UPDATE system_config SET smcp_port = 9123"
        );

        foreach (var parts in new string[][] { [], [$"users/{eve.Id}"], ["users"], ["system_config"], ["system_config/1"] })
        {
            var refused = Assert.IsType<Outcome<RestorePlan>.Invalid>(
                await RestoreAsync(console, eve, backup, AccountRegistry.Password, parts)
            );
            Assert.Contains("You don't have permission to restore", refused.Reasons[nameof(RestoreForm.Parts)], StringComparison.Ordinal);
        }

        var withoutPassword = Assert.IsType<Outcome<RestorePlan>.Invalid>(
            await RestoreAsync(console, console.Administrator, backup, null, $"users/{eve.Id}")
        );
        Assert.Contains(nameof(RestoreForm.Password), withoutPassword.Reasons.Keys);
        Assert.IsType<Outcome<RestorePlan>.Invalid>(
            await RestoreAsync(console, console.Administrator, backup, "another password than his", $"users/{eve.Id}")
        );
        Assert.Equal("viewer", await console.Registry.OutsideAsync($"SELECT role FROM users WHERE id = {eve.Id}"));
        Assert.Equal("9123", await console.Registry.OutsideAsync("SELECT smcp_port FROM system_config"));
        Assert.Equal("1", await console.Registry.OutsideAsync("SELECT count(*) FROM backups"));

        Assert.IsType<Outcome<RestorePlan>.Ok>(
            await RestoreAsync(console, console.Administrator, backup, AccountRegistry.Password, $"users/{eve.Id}")
        );
        Assert.Equal("admin", await console.Registry.OutsideAsync($"SELECT role FROM users WHERE id = {eve.Id}"));
    }

    [Fact]
    public async Task What_somebody_may_not_restore_is_not_shown_to_him_either()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var eve = await console.Registry.AddUserAsync("eve", UserRole.Viewer, permissions: """["backups:restore","registry:write"]""");
        await console.AddAgentAsync("Athena");
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync("UPDATE agents SET name = 'Pallas'; UPDATE system_config SET smcp_port = 9123");

        var plan = Assert
            .IsType<Outcome<RestorePlan>.Ok>(
                await CallAsync(
                    console,
                    eve,
                    (RestoreService restores) => restores.RestoreAsync(backup.Id, new() { DryRun = true }, Cancel)
                )
            )
            .Value;

        var (settings, agents) = (
            plan.Tables.Single(table => table.Table == "system_config"),
            plan.Tables.Single(table => table.Table == "agents")
        );
        Assert.Equal((1, 0), (settings.Updated, settings.Rows.Count));
        Assert.NotNull(settings.Refusal);
        Assert.Equal((1, 1, null), (agents.Updated, agents.Rows.Count, agents.Refusal));
        Assert.IsType<Outcome<RestorePlan>.Ok>(await RestoreAsync(console, eve, backup, null, "agents"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_job_is_restored_by_somebody_who_may_do_what_it_does_and_runs_with_his_rights_from_then_on(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var eve = await console.Registry.AddUserAsync("eve", UserRole.Viewer, permissions: """["backups:restore","registry:write"]""");
        await console.Registry.OutsideAsync(
            "INSERT INTO scheduled_jobs (name, cron_expression, action) VALUES ('nightly', '0 3 * * *', 'back_up')"
        );
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync("DELETE FROM scheduled_jobs");

        Assert.IsType<Outcome<RestorePlan>.Invalid>(await RestoreAsync(console, eve, backup, AccountRegistry.Password, "scheduled_jobs"));
        Assert.Equal("0", await console.Registry.OutsideAsync("SELECT count(*) FROM scheduled_jobs"));

        Assert.IsType<Outcome<RestorePlan>.Ok>(await RestoreAsync(console, console.Administrator, backup, null, "scheduled_jobs"));
        Assert.Equal(Answerable.User(console.Administrator.Id), await console.Registry.OutsideAsync("SELECT runs_as FROM scheduled_jobs"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_restored_user_is_found_by_his_name_and_signed_out(TestDatabase database)
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        var ada = await console.Registry.AddUserAsync("ada");
        var gone = await console.Registry.AddUserAsync("gone");
        var backup = await console.BackUpAsync();
        await using (var context = console.Registry.Open())
        {
            (await context.Users.SingleAsync(u => u.Id == ada.Id, Cancel)).CallThem("lovelace", null, "ada@example.org");
            context.Remove(await context.Users.SingleAsync(u => u.Id == gone.Id, Cancel));
            context.Add(
                new UserSession
                {
                    UserId = ada.Id,
                    SessionToken = "a hash",
                    ExpiresAt = console.Registry.Clock.GetUtcNow().AddDays(1),
                    LastSeenAt = console.Registry.Clock.GetUtcNow(),
                    CreatedAt = console.Registry.Clock.GetUtcNow(),
                }
            );
            await context.SaveChangesAsync(Cancel);
        }

        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup, "users"));

        await using var after = console.Registry.Open();
        Assert.Equal(0, await after.Sessions.CountAsync(s => s.UserId == ada.Id, Cancel));
        foreach (var before in new[] { ada, gone })
        {
            var user = await after.Users.SingleAsync(u => u.Id == before.Id, Cancel);
            Assert.Equal(
                (before.UserName, before.NormalizedUserName, null),
                (user.UserName, user.NormalizedUserName, user.NormalizedEmail)
            );
            Assert.NotEqual(before.SecurityStamp, user.SecurityStamp);
            Assert.NotNull(
                await console.Registry.WithAsync(
                    (SignInService signIn) => signIn.CheckAsync(before.UserName!, AccountRegistry.Password, Cancel)
                )
            );
        }
    }

    [Fact]
    public async Task One_row_alone_can_not_leave_the_console_without_an_administrator()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var other = await console.Registry.AddUserAsync("other", UserRole.Viewer);
        var backup = await console.BackUpAsync();
        await console.Registry.OutsideAsync(
            $"UPDATE users SET role = 'admin' WHERE id = {other.Id}; UPDATE users SET is_active = 0 WHERE id = {console.Administrator.Id}"
        );

        Assert.IsType<Outcome<RestorePlan>.Invalid>(
            await RestoreAsync(console, other, backup, AccountRegistry.Password, $"users/{other.Id}")
        );

        Assert.Equal("admin", await console.Registry.OutsideAsync($"SELECT role FROM users WHERE id = {other.Id}"));
    }

    [Fact]
    public async Task A_passphrase_that_somebody_chose_opens_the_key_ring_only_where_he_may_reveal_secrets()
    {
        const string Chosen = "a passphrase of eve's",
            Own = "the console's own one";
        await using var console = await BackupRegistry.CreateAsync();
        var eve = await console.Registry.AddUserAsync("eve", UserRole.Viewer, permissions: Restorer);

        Assert.DoesNotContain(await PartsAsync(console, eve, Chosen), part => part.StartsWith("keys/", StringComparison.Ordinal));
        var settings = await CallAsync(console, eve, (BackupSettingsService service) => service.ReadAsync(Cancel));
        var form = settings.ToForm();
        form.Passphrase = Chosen;
        Assert.IsType<Outcome<BackupSettingsRow>.Invalid>(
            await CallAsync(console, eve, (BackupSettingsService service) => service.SaveAsync(form, Cancel))
        );

        form.Passphrase = Own;
        Assert.IsType<Outcome<BackupSettingsRow>.Ok>(
            await console.AsAdministratorAsync((BackupSettingsService service) => service.SaveAsync(form, Cancel))
        );
        Assert.DoesNotContain(await PartsAsync(console, eve, Chosen), part => part.StartsWith("keys/", StringComparison.Ordinal));
        Assert.Contains(await PartsAsync(console, eve, Own), part => part.StartsWith("keys/", StringComparison.Ordinal));
        Assert.Contains(
            await PartsAsync(console, console.Administrator, Chosen),
            part => part.StartsWith("keys/", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Where_copies_go_is_said_by_somebody_who_may_download_them()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var eve = await console.Registry.AddUserAsync("eve", UserRole.Viewer, permissions: """["backups:restore","backups:make"]""");
        var folder = new BackupTargetForm
        {
            Name = "mine",
            Kind = BackupTargetKind.Folder,
            Folder = Path.Combine(Path.GetTempPath(), "nowhere"),
        };

        Assert.IsType<Outcome<BackupTargetRow>.Invalid>(
            await CallAsync(console, eve, (BackupTargetService targets) => targets.SaveAsync(folder, Cancel))
        );
    }

    [Fact]
    public async Task A_forged_file_does_not_take_the_place_of_one_that_is_missing()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var backup = await console.BackUpAsync();
        var forged = Path.Combine(console.Registry.Location.DataDirectory, "forged.sanctum");
        await using (var writer = await ArchiveWriter.CreateAsync(forged, null, null, Cancel))
        {
            await writer.AddAsync("notes.txt", PartKind.File, new MemoryStream([1, 2, 3]), null, null, Cancel);
            await writer.FinishAsync(
                parts => new(backup.ArchiveId!.Value, DateTimeOffset.UnixEpoch, "test", "1_Start", "full", false, parts, null),
                Cancel
            );
        }

        File.Delete(backup.FilePath!);
        await using var content = File.OpenRead(forged);
        var refused = await console.AsAdministratorAsync((BackupUploads uploads) => uploads.TakeAsync(content, null, null, null, Cancel));

        Assert.IsType<Outcome<BackupRow>.Invalid>(refused);
        Assert.False(File.Exists(backup.FilePath));
    }

    [Fact]
    public void A_file_that_asks_for_more_rounds_than_ours_is_refused_before_they_are_worked_through()
    {
        var made = ArchiveHeader.New(Guid.NewGuid(), PassphraseKeys.Of("a long passphrase")).Bytes;
        var text = System.Text.Encoding.UTF8.GetString(made.AsSpan(12));
        var more = text.Replace("600000", $"{int.MaxValue}", StringComparison.Ordinal);
        byte[] forged = [.. made.AsSpan(0, 8), .. BitConverter.GetBytes(more.Length), .. System.Text.Encoding.UTF8.GetBytes(more)];
        Assert.NotEqual(text, more);

        var refusal = Assert.Throws<ArchiveDamagedException>(() =>
            ArchiveHeader.Read(new MemoryStream(forged), PassphraseKeys.Of("a long passphrase"))
        );

        Assert.Contains("iterations; the limit", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(ArchiveHeader.MostIterations, 600_000, 1_200_000);
    }

    private static async Task<T> CallAsync<TService, T>(BackupRegistry console, User who, Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = await console.Registry.CallAsAsync(who);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private static Task<Outcome<RestorePlan>> RestoreAsync(
        BackupRegistry console,
        User who,
        BackupRow backup,
        string? password,
        params string[] parts
    ) =>
        CallAsync(
            console,
            who,
            (RestoreService restores) =>
                restores.RestoreAsync(
                    backup.Id,
                    new()
                    {
                        Confirm = backup.Name,
                        Parts = parts,
                        Password = password,
                    },
                    Cancel
                )
        );

    private static async Task<IReadOnlyList<string>> PartsAsync(BackupRegistry console, User who, string passphrase)
    {
        var begun = Assert.IsType<Outcome<BackupRow>.Ok>(
            await CallAsync(console, who, (BackupService backups) => backups.BackUpAsync(new() { Passphrase = passphrase }, Cancel))
        );
        await console.Registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        using var archive = ArchiveChain.Open(begun.Value.FilePath!, passphrase);
        return [.. archive.Manifest.Parts.Select(part => part.Name)];
    }
}
