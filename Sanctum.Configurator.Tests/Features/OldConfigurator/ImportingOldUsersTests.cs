using System.Text;
using System.Text.Json;
using Sanctum.Configurator.Features.OldConfigurator;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.OldConfigurator;

public sealed class ImportingOldUsersTests
{
    private const string Password = "an old harbour at dusk";

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_old_password_opens_and_is_kept_in_the_consoles_own_way_from_then_on(TestDatabase database)
    {
        await using var world = await OldWorld.CreateAsync(database);
        using var file = new OldDatabaseFile().AddUser("Ada", Password, "admin", """["*"]""");

        var row = Assert.Single((await world.AppliedAsync(file)).Users);

        Assert.True(row.KeepsPassword);
        Assert.Empty(row.Notes);
        var imported = (await world.FindAsync("ada"))!;
        Assert.Equal(
            ("Ada", "Ada@example.org", UserRole.Admin, true, null),
            (imported.UserName, imported.Email, imported.Role, imported.IsActive, imported.Permissions)
        );
        Assert.StartsWith("$2b$", imported.PasswordHash, StringComparison.Ordinal);
        Assert.Null(await world.SignInAsync("ada", "another harbour"));
        Assert.NotNull(await world.SignInAsync("ada", Password));
        Assert.DoesNotContain("$2b$", (await world.FindAsync("ada"))!.PasswordHash, StringComparison.Ordinal);
        Assert.NotNull(await world.SignInAsync("ada", Password));
        Assert.DoesNotContain("$2b$", await world.HistoryAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_development_trees_file_is_called_by_its_name_and_its_users_come_over()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().AddUser("ada", Password).Run("DROP TABLE system_config");

        var seen = await world.PreviewAsync(file);
        var applied = await world.AppliedAsync(file);

        Assert.Contains("development tree", seen.Note, StringComparison.Ordinal);
        Assert.Empty(seen.Settings);
        Assert.True(Assert.Single(applied.Users).KeepsPassword);
        Assert.NotNull(await world.SignInAsync("ada", Password));
    }

    [Theory]
    [InlineData("admin", "admin123")]
    [InlineData("ada", "changeme123")]
    [InlineData("ada", "ada")]
    public async Task Who_has_a_published_password_comes_without_one_and_can_not_sign_in(string name, string password)
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().AddUser(name, password);

        var row = Assert.Single((await world.AppliedAsync(file)).Users);

        Assert.StartsWith("Compromised:", Assert.Single(row.Notes), StringComparison.Ordinal);
        Assert.False(row.KeepsPassword);
        Assert.Null((await world.FindAsync(name))!.PasswordHash);
        Assert.Null(await world.SignInAsync(name, password));
    }

    [Fact]
    public async Task A_published_password_does_not_open_even_where_its_hash_was_taken_over()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().AddUser("ada", Password);
        await world.AppliedAsync(file);
        await world.Registry.OutsideAsync(
            $"UPDATE users SET hashed_password = '{OldDatabaseFile.HashOf("changeme123")}' WHERE username = 'ada'"
        );

        Assert.Null(await world.SignInAsync("ada", "changeme123"));
    }

    [Theory]
    [InlineData("$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "would take too long")]
    [InlineData("$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "would take too long")]
    [InlineData("pbkdf2:sha256:260000$abc$def", "is not supported")]
    [InlineData("$2b$04$short", "is not supported")]
    [InlineData("admin123", "is not supported")]
    [InlineData("", "has no password")]
    public async Task A_password_that_can_not_be_checked_stays_behind(string hash, string because)
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().AddUserWithHash("ada", hash);

        var row = Assert.Single((await world.AppliedAsync(file)).Users);

        Assert.Contains(because, Assert.Single(row.Notes), StringComparison.Ordinal);
        Assert.Null((await world.FindAsync("ada"))!.PasswordHash);
    }

    [Fact]
    public async Task A_hash_that_Python_left_as_bytes_is_one_all_the_same()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().AddUserWithHash("ada", Encoding.ASCII.GetBytes(OldDatabaseFile.HashOf(Password)));

        await world.AppliedAsync(file);

        Assert.NotNull(await world.SignInAsync("ada", Password));
    }

    [Fact]
    public void Passwords_beyond_what_can_be_compared_in_time_are_kept_and_said()
    {
        var hash = OldDatabaseFile.HashOf(Password);
        var ada = new OldUser("ada", null, "user", null, true, null, null) { PasswordHash = hash };
        var content = new OldContent([], [ada, ada with { UserName = "eve" }]);

        var judged = OldPasswords.Judge(content, budget: 80, TestContext.Current.CancellationToken);

        Assert.Null(judged.Users[0].PasswordNote);
        Assert.Contains("not compared", judged.Users[1].PasswordNote, StringComparison.Ordinal);
        Assert.All(judged.Users, user => Assert.Equal(hash, user.PasswordHash));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Who_is_here_already_stays_as_he_is(TestDatabase database)
    {
        await using var world = await OldWorld.CreateAsync(database);
        using var file = new OldDatabaseFile().AddUser("ROOT", Password, "viewer").AddUser("ada");

        var preview = await world.PreviewAsync(file);

        Assert.Equal((OldVerdict.Same, OldVerdict.Take), (preview.Users[0].Verdict, preview.Users[1].Verdict));
        await world.AppliedAsync(file);
        var root = (await world.FindAsync("root"))!;
        Assert.Equal(("root", UserRole.Admin, world.Administrator.PasswordHash), (root.UserName, root.Role, root.PasswordHash));
    }

    [Fact]
    public async Task Who_was_inactive_stays_so_and_what_is_dropped_is_said()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile()
            .AddUser("gone", Password, "viewer", "[]", isActive: false)
            .AddUser("odd", Password, "overlord", """["read", "history:read", "users:manage", "*"]""")
            .AddUser("broken", Password, "viewer", "{not json")
            .AddUser("two words");
        file.Run("UPDATE users SET email = 'no address' WHERE username = 'odd'");

        var users = (await world.PreviewAsync(file)).Users.ToDictionary(u => u.UserName);

        Assert.Contains("Inactive in the old file; imported as inactive.", users["gone"].Notes);
        Assert.Equal((UserRole.Viewer, null), (users["odd"].Role, users["odd"].Email));
        Assert.Equal([Policies.ManageUsers], users["odd"].Permissions);
        Assert.Contains(users["odd"].Notes, note => note.Contains("Skipped permissions: read, *.", StringComparison.Ordinal));
        Assert.Contains(users["broken"].Notes, note => note.Contains("Invalid permissions", StringComparison.Ordinal));
        Assert.Equal(OldVerdict.Refused, users["two words"].Verdict);
        await world.AppliedAsync(file);
        Assert.False((await world.FindAsync("gone"))!.IsActive);
        Assert.Null(await world.SignInAsync("gone", Password));
        Assert.Null(await world.FindAsync("two words"));
    }

    [Fact]
    public async Task Nobody_gives_more_than_he_has()
    {
        await using var world = await OldWorld.CreateAsync();
        var keeper = await world.Registry.AddUserAsync("keeper", UserRole.User, permissions: """["users:manage", "settings:write"]""");
        using var file = new OldDatabaseFile()
            .AddUser("boss", Password, "admin")
            .AddUser("odd", Password, "viewer", """["secrets:reveal", "users:manage"]""");

        var preview = await world.PreviewAsync(file, keeper);

        Assert.Equal(OldVerdict.Refused, preview.Users[0].Verdict);
        Assert.Equal([Policies.ManageUsers], preview.Users[1].Permissions);
    }

    [Fact]
    public async Task No_hash_is_in_the_preview()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().AddUser("ada");

        var content = await world.ReadAsync(file);
        var preview = await world.PreviewAsync(file);

        Assert.DoesNotContain(
            "$2b$",
            $"{JsonSerializer.Serialize(preview, ApiJson.Options)}{JsonSerializer.Serialize(content)}{content.Users[0]}{preview.Users[0]}",
            StringComparison.Ordinal
        );
    }
}
