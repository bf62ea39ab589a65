using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Tools.Curl;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools;

/// <summary>A pasted command becomes a tool that makes the same request, and its secrets stand nowhere in the clear.</summary>
public sealed class MakingToolsOfCurlTests
{
    private const string Token = "canary-7f3a9c51e2d84b60";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_tool_sends_what_the_command_says_and_the_token_is_encrypted(TestDatabase database)
    {
        await using var server = new EchoServer();
        await using var registry = await CreateAsync(database);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var command =
            $$"""curl -X POST 'http://{{server.Host}}/v1/notes?api_key={{Token}}-url' -H 'Authorization: Bearer {{Token}}' -H 'X-Plain: yes' --json '{"text":"he","password":"{{Token}}-body"}'""";

        var tool = Done(
            await AsAsync(registry, root, (CurlTools tools) => tools.CreateAsync(new() { Command = command, Name = "Notes" }, Cancel))
        );
        var run = Done(
            await AsAsync(registry, root, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );

        Assert.True(run.IsOk, run.Message);
        var sent = server.Take()!;
        Assert.Equal(
            ("POST", $"/v1/notes?api_key={Token}-url", $$"""{"text":"he","password":"{{Token}}-body"}"""),
            (sent.Method, sent.Target, sent.Body)
        );
        Assert.Contains(("Authorization", $"Bearer {Token}"), sent.Headers);
        Assert.Contains(("X-Plain", "yes"), sent.Headers);
        Assert.Contains(("Content-Type", "application/json"), sent.Headers);
        foreach (var table in new[] { "tools", "tool_instances", "configurations", "change_history" })
        {
            var rows = await registry.OutsideAsync(
                database == TestDatabase.Sqlite ? $"SELECT * FROM {table}" : $"SELECT string_agg(t::text, '|') FROM {table} t"
            );
            Assert.True(rows.Length > 0, table);
            Assert.DoesNotContain(Token, rows, StringComparison.Ordinal);
        }

        Assert.Equal(
            (RunState.Healthy, true),
            ((await FindAsync(registry, root, tool.Id))!.Status, (await FindAsync(registry, root, tool.Id))!.LastRun is not null)
        );
    }

    [Fact]
    public async Task An_answer_that_repeats_a_secret_is_shown_without_it()
    {
        await using var server = RawServer.Saying(
            System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 401 No\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nYou said {Token}."
            )
        );
        await using var registry = await CreateAsync();
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var tool = Done(
            await AsAsync(
                registry,
                root,
                (CurlTools tools) =>
                    tools.CreateAsync(
                        new() { Command = $"curl http://127.0.0.1:{server.Port}/ -H 'Authorization: Bearer {Token}'" },
                        Cancel
                    )
            )
        );

        var run = Done(
            await AsAsync(registry, root, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );

        Assert.Equal((false, 401, "You said ••••."), (run.IsOk, run.Status, run.Output));
        Assert.Equal(RunState.Degraded, (await FindAsync(registry, root, tool.Id))!.Status);
    }

    [Fact]
    public async Task Of_a_long_answer_the_beginning_is_shown_and_a_header_of_a_body_is_sent_without_one()
    {
        var answer =
            $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000000\r\nConnection: close\r\n\r\n{new string('a', 100_000)}";
        await using var server = RawServer.Saying(System.Text.Encoding.ASCII.GetBytes(answer));
        await using var echo = new EchoServer();
        await using var registry = await CreateAsync();
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var tool = Done(
            await AsAsync(
                registry,
                root,
                (CurlTools tools) => tools.CreateAsync(new() { Command = $"curl http://127.0.0.1:{server.Port}/" }, Cancel)
            )
        );
        var typed = Done(
            await AsAsync(
                registry,
                root,
                (CurlTools tools) =>
                    tools.CreateAsync(new() { Command = $"curl http://{echo.Host}/ -H 'Content-Type: text/x-notes'" }, Cancel)
            )
        );

        var run = Done(
            await AsAsync(registry, root, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );
        Done(await AsAsync(registry, root, (ToolRunner runner) => runner.RunAsync(typed.InstanceId!.Value, null, _ => { }, Cancel)));

        Assert.Equal((true, 65_536), (run.IsCut, run.Output!.Length));
        Assert.Contains(("Content-Type", "text/x-notes"), echo.Take()!.Headers);
    }

    [Theory]
    [InlineData("curl", "Command")]
    [InlineData("rm -rf /", "Command")]
    [InlineData("curl 'http://example.org", "Command")]
    public async Task What_is_no_whole_command_is_refused_with_its_place(string command, string field)
    {
        await using var registry = await CreateAsync();
        var root = await registry.AddUserAsync("root", UserRole.Admin);

        var refused = Assert.IsType<Outcome<ToolRow>.Invalid>(
            await AsAsync(registry, root, (CurlTools tools) => tools.CreateAsync(new() { Command = command }, Cancel))
        );

        Assert.Contains("(at character ", refused.Reasons[field], StringComparison.Ordinal);
        await using var context = registry.Open();
        Assert.Empty(context.Tools);
    }

    [Fact]
    public async Task A_secret_that_the_command_only_names_is_asked_for_and_the_tool_does_not_run_without_it()
    {
        await using var registry = await CreateAsync();
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        CurlToolForm form = new() { Command = "curl https://example.org/ -H \"Authorization: Bearer $TOKEN\"" };

        var preview = Assert.IsType<Outcome<CurlPreview>.Ok>(CurlTools.Preview(form)).Value;
        var tool = Done(await AsAsync(registry, root, (CurlTools tools) => tools.CreateAsync(form, Cancel)));
        var refused = Assert.IsType<Outcome<RunResult>.Invalid>(
            await AsAsync(registry, root, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );

        Assert.Contains(Assert.Single(preview.Missing), refused.Reasons[""], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_another_server_is_not_followed_with_the_secrets()
    {
        await using var other = new EchoServer();
        await using var server = RawServer.Saying(
            System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 302 Found\r\nLocation: http://{other.Host}/steal\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        );
        await using var registry = await CreateAsync();
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var tool = Done(
            await AsAsync(
                registry,
                root,
                (CurlTools tools) =>
                    tools.CreateAsync(new() { Command = $"curl -L http://127.0.0.1:{server.Port}/ -u ada:{Token}" }, Cancel)
            )
        );

        var run = Done(
            await AsAsync(registry, root, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );

        Assert.Equal(302, run.Status);
        Assert.Contains("was not followed", run.Message, StringComparison.Ordinal);
        Assert.Null(other.Take());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_failed_run_and_no_exception()
    {
        await using var registry = await CreateAsync();
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var tool = Done(
            await AsAsync(registry, root, (CurlTools tools) => tools.CreateAsync(new() { Command = "curl http://127.0.0.1:9/" }, Cancel))
        );

        var run = Done(
            await AsAsync(registry, root, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );

        Assert.Equal((false, null), (run.IsOk, run.Status));
        Assert.NotEmpty(run.Message);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Deleting_takes_the_secrets_along_and_waits_for_the_jobs(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var tool = Done(
            await AsAsync(
                registry,
                root,
                (CurlTools tools) => tools.CreateAsync(new() { Command = $"curl http://127.0.0.1:9/ -u ada:{Token}" }, Cancel)
            )
        );
        await using (var context = registry.Open())
        {
            context.Add(
                new ScheduledJob
                {
                    Name = "Nightly",
                    CronExpression = "0 3 * * *",
                    ToolInstanceId = tool.InstanceId,
                    CreatedAt = registry.Clock.GetUtcNow(),
                }
            );
            await context.SaveChangesAsync(Cancel);
        }

        var refused = Assert.IsType<Outcome<ToolRow>.Invalid>(
            await AsAsync(registry, root, (ToolService tools) => tools.DeleteAsync(tool.Id, null, Cancel))
        );
        await using (var context = registry.Open())
        {
            context.RemoveRange(await context.ScheduledJobs.ToListAsync(Cancel));
            await context.SaveChangesAsync(Cancel);
        }

        Assert.Contains("Nightly", refused.Reasons[""], StringComparison.Ordinal);
        Done(await AsAsync(registry, root, (ToolService tools) => tools.DeleteAsync(tool.Id, null, Cancel)));
        await using var after = registry.Open();
        Assert.Empty(after.Tools);
        Assert.Empty(after.Configurations);
    }

    [Fact]
    public async Task A_viewer_neither_makes_nor_runs_and_a_user_runs()
    {
        await using var server = new EchoServer();
        await using var registry = await CreateAsync();
        var (root, vera, uma) = (
            await registry.AddUserAsync("root", UserRole.Admin),
            await registry.AddUserAsync("vera", UserRole.Viewer),
            await registry.AddUserAsync("uma")
        );
        CurlToolForm form = new() { Command = $"curl http://{server.Host}/" };
        var tool = Done(await AsAsync(registry, root, (CurlTools tools) => tools.CreateAsync(form, Cancel)));

        Assert.IsType<Outcome<ToolRow>.Invalid>(await AsAsync(registry, uma, (CurlTools tools) => tools.CreateAsync(form, Cancel)));
        Assert.IsType<Outcome<ToolRow>.Invalid>(
            await AsAsync(registry, uma, (ToolService tools) => tools.DeleteAsync(tool.Id, null, Cancel))
        );
        Assert.IsType<Outcome<ToolRow>.Invalid>(
            await AsAsync(registry, vera, (ToolService tools) => tools.EnableAsync(tool.Id, false, Cancel))
        );
        Assert.IsType<Outcome<RunResult>.Invalid>(
            await AsAsync(registry, vera, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );
        Assert.True(
            Done(await AsAsync(registry, uma, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))).IsOk
        );
        Done(await AsAsync(registry, uma, (ToolService tools) => tools.EnableAsync(tool.Id, false, Cancel)));
        Assert.IsType<Outcome<RunResult>.Invalid>(
            await AsAsync(registry, uma, (ToolRunner runner) => runner.RunAsync(tool.InstanceId!.Value, null, _ => { }, Cancel))
        );
    }

    private static Task<TestRegistry> CreateAsync(TestDatabase database = TestDatabase.Sqlite) =>
        TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount();
                services.AddTools();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );

    private static T Done<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Ok>(outcome).Value;

    private static Task<ToolRow?> FindAsync(TestRegistry registry, User user, int id) =>
        AsAsync(registry, user, (ToolReader tools) => tools.FindRowAsync(id, Cancel));

    private static async Task<T> AsAsync<TService, T>(TestRegistry registry, User user, Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(user);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
