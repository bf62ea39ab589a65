using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>The commands <c>user …</c>, for the day when no administrator can sign in.</summary>
public sealed class RecoveringAUserTests
{
    private const string New = "eleven purple bicycles";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_piped_password_takes_the_place_of_the_lost_one_and_ends_lockout_and_sessions(TestDatabase database)
    {
        await using var registry = await CreateAsync(database, New + "\n");
        var ada = await AddAsync(registry, "ada", user => user.LockoutEnd = registry.Clock.GetUtcNow().AddMinutes(10));

        Assert.Equal(
            (0, "", "The password of ada was reset. All sessions were ended. The lockout was ended.\n"),
            await RunAsync(registry, "user", "reset-password", "ADA")
        );

        await using var context = registry.Open();
        var now = await context.Users.SingleAsync(Cancel);
        Assert.NotEqual(PasswordVerificationResult.Failed, new PasswordHasher<User>().VerifyHashedPassword(now, now.PasswordHash!, New));
        Assert.Null(now.LockoutEnd);
        Assert.NotEqual(ada.SecurityStamp, now.SecurityStamp);
        Assert.False(await context.Sessions.AnyAsync(Cancel));
        var record = await context.Changes.OrderBy(r => r.Id).LastAsync(r => r.TableName == "users", Cancel);
        Assert.Equal(("command line", "command line", """{"hashed_password":"changed"}"""), (record.Actor, record.Place, record.After));
        Assert.NotNull(record.ChainNumber);
    }

    [Fact]
    public async Task A_generated_password_is_the_only_thing_on_the_output()
    {
        await using var registry = await CreateAsync();
        await AddAsync(registry, "ada");

        var (exitCode, output, errors) = await RunAsync(registry, "user", "reset-password", "ada", "--generate");

        Assert.Equal((0, "The password of ada was reset. All sessions were ended.\n"), (exitCode, errors));
        Assert.Matches("^([a-z2-9]{4}-){4}[a-z2-9]{4}\n$", output);
        Assert.Null(PasswordRules.Refuse(output.Trim()));
        await using var context = registry.Open();
        var now = await context.Users.SingleAsync(Cancel);
        Assert.NotEqual(
            PasswordVerificationResult.Failed,
            new PasswordHasher<User>().VerifyHashedPassword(now, now.PasswordHash!, output.Trim())
        );
    }

    [Fact]
    public async Task An_inactive_user_is_active_again_where_asked_for_and_told_of_otherwise()
    {
        await using var registry = await CreateAsync();
        await AddAsync(registry, "ada", user => user.IsActive = false);

        var still = await RunAsync(registry, "user", "reset-password", "ada", "--generate");
        var again = await RunAsync(registry, "user", "reset-password", "ada", "--generate", "--activate");

        Assert.Equal(
            (
                0,
                "The password of ada was reset. All sessions were ended. ada is inactive and can't sign in. Run the command again with --activate.\n"
            ),
            Brief(still)
        );
        Assert.Equal((0, "The password of ada was reset. All sessions were ended. ada was activated.\n"), Brief(again));
        await using var context = registry.Open();
        Assert.True((await context.Users.SingleAsync(Cancel)).IsActive);
    }

    [Theory]
    [InlineData("", "No password on standard input. Pipe one line into the command, or use --generate.\n")]
    [InlineData("short\n", "The password of ada was not changed. A password needs at least 12 characters; this one has 5.\n")]
    [InlineData("password1234\n", $"The password of ada was not changed. {PasswordRules.Help}\n")]
    public async Task A_password_that_is_not_good_enough_changes_nothing(string piped, string errors)
    {
        await using var registry = await CreateAsync(piped: piped);
        var ada = await AddAsync(registry, "ada");

        Assert.Equal((1, "", errors), await RunAsync(registry, "user", "reset-password", "ada"));

        await AssertOldPasswordAsync(registry, ada);
    }

    [Fact]
    public async Task At_a_terminal_the_password_is_typed_twice_and_shown_nowhere()
    {
        await using var registry = await CreateAsync(typed: $"{New}x\b\r{New}\r");
        await AddAsync(registry, "ada");

        Assert.Equal(
            (0, "", "New password: \nThe new password again: \nThe password of ada was reset. All sessions were ended.\n"),
            await RunAsync(registry, "user", "reset-password", "ada")
        );
    }

    [Fact]
    public async Task At_a_terminal_two_passwords_that_differ_change_nothing()
    {
        await using var registry = await CreateAsync(typed: $"{New}\r{New}s\r");
        var ada = await AddAsync(registry, "ada");

        Assert.EndsWith(
            "The passwords don't match. Nothing was changed. Run the command again.\n",
            (await RunAsync(registry, "user", "reset-password", "ada")).Errors,
            StringComparison.Ordinal
        );

        await AssertOldPasswordAsync(registry, ada);
    }

    [Fact]
    public async Task An_unknown_name_is_told_with_the_one_that_was_meant()
    {
        await using var registry = await CreateAsync();
        Assert.Equal(
            (1, "There are no users yet. Start the console and open the set-up link that it prints.\n"),
            Brief(await RunAsync(registry, "user", "reset-password", "ada"))
        );
        await AddAsync(registry, "ada");

        Assert.Equal(
            (1, "User adda not found. Did you mean ada? Run `user list` to list all users.\n"),
            Brief(await RunAsync(registry, "user", "reset-password", "adda", "--generate"))
        );
        Assert.Equal(
            (1, "User grace not found. Run `user list` to list all users.\n"),
            Brief(await RunAsync(registry, "user", "set-role", "grace", "admin"))
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_list_has_a_line_a_user(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        Assert.Equal((0, "", ""), await RunAsync(registry, "user", "list"));
        var now = registry.Clock.GetUtcNow();
        await AddAsync(registry, "root", user => (user.Role, user.LastLogin) = (UserRole.Admin, now));
        await AddAsync(registry, "grace", user => user.LockoutEnd = now.AddHours(1));
        await AddAsync(registry, "bo", user => user.IsActive = false);
        await AddAsync(registry, "adele", user => user.PasswordHash = null);

        var (exitCode, output, _) = await RunAsync(registry, "user", "list");

        Assert.Equal(
            (
                0,
                $"adele  viewer  no password  never\nbo     viewer  inactive     never\ngrace  viewer  locked       never\nroot   admin   active       {now:yyyy-MM-dd HH:mm}\n"
            ),
            (exitCode, output)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_role_is_given_but_the_last_administrators_is_not_taken(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        await AddAsync(registry, "ada");

        Assert.Equal((0, "", "ada now has the role admin.\n"), await RunAsync(registry, "user", "set-role", "ada", "admin"));
        Assert.Equal(
            (1, "This is the last active administrator who can sign in. Create another one first.\n"),
            Brief(await RunAsync(registry, "user", "set-role", "ada", "viewer"))
        );
        Assert.Equal(1, (await RunAsync(registry, "user", "set-role", "ada", "emperor")).ExitCode);

        await using var context = registry.Open();
        Assert.Equal(UserRole.Admin, (await context.Users.SingleAsync(Cancel)).Role);
    }

    [Fact]
    public async Task The_console_that_is_running_turns_the_old_sessions_out()
    {
        await using var console = new ConsoleProcess();
        await console.StartAsync();
        using var browser = console.Stranger();
        Assert.Equal(HttpStatusCode.Found, (await browser.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/sessions")).StatusCode);

        var (exitCode, output) = await console.RunAsync("user", "reset-password", ConsoleServer.Administrator, "--generate");

        Assert.Equal(0, exitCode);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/sessions")).StatusCode);
        using var again = console.Stranger();
        Assert.Equal(HttpStatusCode.OK, (await again.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await again.LogInAsync(ConsoleServer.Administrator, output.Split('\n')[0])).StatusCode);
    }

    private static Task<TestRegistry> CreateAsync(TestDatabase database = TestDatabase.Sqlite, string piped = "", string? typed = null)
    {
        var keys = new Queue<char>(typed ?? "");
        return TestRegistry.CreateAsync(
            database,
            services =>
                services
                    .AddSingleton(new TypedPassword(new StringReader(piped), typed is null ? null : () => KeyOf(keys.Dequeue())))
                    .AddReauthentication()
                    .Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000)
        );
    }

    private static ConsoleKeyInfo KeyOf(char letter) =>
        new(
            letter,
            letter switch
            {
                '\r' => ConsoleKey.Enter,
                '\b' => ConsoleKey.Backspace,
                _ => ConsoleKey.NoName,
            },
            shift: false,
            alt: false,
            control: false
        );

    /// <summary>A viewer with a session, unless the test makes something else of him.</summary>
    private static async Task<User> AddAsync(TestRegistry registry, string name, Action<User>? change = null)
    {
        await using var context = registry.Open();
        var user = new User { CreatedAt = registry.Clock.GetUtcNow(), PasswordHash = "a hash" };
        user.CallThem(name, null, null);
        user.EndSessions();
        change?.Invoke(user);
        context.Add(user);
        await context.SaveChangesAsync(Cancel);
        context.Add(
            new UserSession
            {
                UserId = user.Id,
                SessionToken = name,
                ExpiresAt = registry.Clock.GetUtcNow().AddDays(1),
                CreatedAt = registry.Clock.GetUtcNow(),
            }
        );
        await context.SaveChangesAsync(Cancel);
        return user;
    }

    private static async Task AssertOldPasswordAsync(TestRegistry registry, User user)
    {
        await using var context = registry.Open();
        var now = await context.Users.SingleAsync(u => u.Id == user.Id, Cancel);
        Assert.Equal((user.PasswordHash, user.SecurityStamp), (now.PasswordHash, now.SecurityStamp));
        Assert.True(await context.Sessions.AnyAsync(Cancel));
    }

    private static (int ExitCode, string Errors) Brief((int ExitCode, string Output, string Errors) ran) => (ran.ExitCode, ran.Errors);

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(TestRegistry registry, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(args, output, errors, () => registry.Services, Cancel);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
