using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// No key, by any sequence of calls up to three, ends with a permission that it and its owner did not have: all writes of the API, taken
/// from
/// the table of routes, with hostile bodies, for keys that have one permission beyond a viewer's and for keys that lack one. Every call is
/// tried
/// alone; of the sequences of three, so many of each key that a generator with a fixed seed chooses.
/// </summary>
public abstract class NoKeyGains(RoutedConsole console)
{
    private static readonly int Sequences = Thorough.Or(2, 4);
    private const string Stolen = "a password that a thief chose";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What calls a server that is not there, waits for lines, or looks through the disk; none of it gives a right.</summary>
    private static readonly string[] LeftOut =
    [
        "/api/letta/",
        "/api/agents/",
        "/api/plugins/scan",
        "/api/plugins/adopt",
        "/api/notification-channels/",
        "/v1/logs",
    ];

    private static readonly string[] All = [.. Permissions.All];

    /// <summary>Bodies that ask for more, by the beginning of the route.</summary>
    private static readonly (string Route, object[] Bodies)[] Hostile =
    [
        ("POST /api/users/{id:int}/password", [new { password = Stolen }]),
        (
            "POST /api/users/",
            [
                new
                {
                    username = "mine",
                    role = "admin",
                    password = Stolen,
                },
                new
                {
                    username = "mine",
                    role = "viewer",
                    permissions = All,
                    password = Stolen,
                },
            ]
        ),
        (
            "PUT /api/users/{id:int}",
            [
                new
                {
                    username = "mine",
                    role = "admin",
                    is_active = true,
                },
                new
                {
                    username = "mine",
                    role = "viewer",
                    permissions = All,
                    is_active = true,
                },
            ]
        ),
        ("POST /api/api-keys/", [new { name = "mine", scopes = All }, new { name = "mine", scopes = new[] { Policies.ManageKeys } }]),
        (
            "POST /api/jobs/",
            [
                .. Acts.Select(act => new
                {
                    name = act,
                    cron_expression = "0 0 1 1 *",
                    action = act,
                }),
                new
                {
                    name = "tool",
                    cron_expression = "0 0 1 1 *",
                    tool_instance_id = 1,
                },
            ]
        ),
        (
            "PUT /api/jobs/{id:int}",
            [
                .. Acts.Select(act => new
                {
                    name = act,
                    cron_expression = "0 0 1 1 *",
                    action = act,
                }),
            ]
        ),
        ("POST /api/tools/", [new { name = "mine" }]),
        (
            "POST /api/tool-instances/",
            [
                .. Acts.Select(act => new
                {
                    tool_id = 1,
                    name = act,
                    config = new { kind = "console", action = act },
                }),
            ]
        ),
        (
            "PUT /api/tool-instances/{id:int}",
            [
                .. Acts.Select(act => new
                {
                    tool_id = 1,
                    name = act,
                    config = new { kind = "console", action = act },
                }),
            ]
        ),
        ("PUT /api/settings", [new { sanctum_base_path = "/" }, new { letta_data_path = "/", smcp_port = 9111 }]),
        ("POST /api/settings/import", [new { text = "SANCTUM_BASE_PATH=/", mode = "overwrite" }]),
        (
            "POST /api/backups/{id:int}/restore",
            [
                new { confirm = "{name}", parts = new[] { "users" } },
                new { confirm = "{name}" },
                new { confirm = "{name}", parts = new[] { "api_keys", "scheduled_jobs" } },
            ]
        ),
        ("POST /api/backups/restore/undo", [new { }]),
        (
            "POST /api/backup-settings/targets/",
            [
                new
                {
                    name = "mine",
                    kind = "folder",
                    folder = "/nowhere/at/all",
                },
            ]
        ),
        ("POST /api/old-configurator/import", [new { users = new[] { new { username = "mine", role = "admin" } } }]),
        ("PUT /api/me/password", [new { current_password = "not his", new_password = Stolen }]),
    ];

    private static string[] Acts => ["back_up", "clean_up_backups", "clean_up_logs", "clean_up_checks", "scan_plugins"];

    /// <summary>One in four, and all of them where a thorough run is asked for.</summary>
    public static TheoryData<string> SomePermissions => [.. All.Where((_, at) => at % Thorough.Or(8, 1) == 0)];

    protected async Task TryAsync(string permission, bool isTheOneThatIsLacking)
    {
        var own = isTheOneThatIsLacking
            ? All.Except([permission]).ToHashSet()
            : Permissions.OfRole("viewer").Append(permission).ToHashSet();
        await PrepareAsync();
        var (owner, key) = await AddKeyAsync(own);
        using var caller = console.WithKey(key);
        var before = await GrantsAsync();
        var (open, refused) = (new List<Call>(), new List<Call>());
        foreach (var call in Calls(owner))
        {
            if (await SendAsync(caller, call) is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Unauthorized)
            {
                refused.Add(call);
                continue;
            }

            open.Add(call);
            await CheckAsync(before, own, [.. refused, call]);
            refused.Clear();
        }

        await CheckAsync(before, own, refused);
        var chance = new Xorshift((ulong)(All.Length + (isTheOneThatIsLacking ? 1000 : 1) + Array.IndexOf(All, permission)));
        for (var sequence = 0; sequence < Sequences && open.Count > 0; sequence++)
        {
            Call[] calls = [open[chance.Below(open.Count)], open[chance.Below(open.Count)], open[chance.Below(open.Count)]];
            foreach (var call in calls)
            {
                await SendAsync(caller, call);
            }

            await CheckAsync(before, own, calls);
        }
    }

    /// <summary>A backup in which everybody is an administrator, and a tool with an instance: for the keys to make use of.</summary>
    private async Task PrepareAsync()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        if (JsonNode.Parse(await root.ReadAsync("/api/backups"))!.AsArray().Count > 0)
        {
            return; // Keys that may delete backups do.
        }

        foreach (var name in new[] { "victim", "other" })
        {
            using var added = await root.SendAsync(
                HttpMethod.Post,
                "/api/users",
                new
                {
                    username = name,
                    role = "admin",
                    password = ConsoleServer.Password,
                }
            );
        }

        await SetRolesAsync(UserRole.Admin);
        (await root.SendAsync(HttpMethod.Post, "/api/backups", new { type = "config_only" })).EnsureSuccessStatusCode();
        await console.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        await SetRolesAsync(UserRole.Viewer);
        (await root.SendAsync(HttpMethod.Post, "/api/tools", new { name = "acts" })).EnsureSuccessStatusCode();
        using var instance = await root.SendAsync(
            HttpMethod.Post,
            "/api/tool-instances",
            new
            {
                tool_id = 1,
                name = "backs up",
                config = new { kind = "console", action = "back_up" },
            }
        );
    }

    private async Task SetRolesAsync(UserRole role)
    {
        await using var registry = await OpenAsync();
        await registry.BeginWritingAsync(Cancel);
        foreach (var user in await registry.Users.Where(u => u.UserName == "victim" || u.UserName == "other").ToListAsync(Cancel))
        {
            user.Role = role;
        }

        await registry.SaveChangesAsync(Cancel);
        await registry.CommitWritingAsync(Cancel);
    }

    private async Task<(int Owner, string Key)> AddKeyAsync(IReadOnlySet<string> own)
    {
        await using var registry = await OpenAsync();
        var (user, key) = (new User { Role = UserRole.Viewer, CreatedAt = DateTimeOffset.UnixEpoch }, ApiKey.Mark + Tokens.New());
        user.CallThem($"owner-{Guid.NewGuid():N}"[..20], null, null);
        user.TakeExtraPermissions([.. own]);
        if (!Permissions.OfRole("viewer").All(own.Contains))
        {
            user.Role = UserRole.Viewer; // The role has more than the key; what counts is what both have.
        }

        user.EndSessions();
        registry.Add(user);
        await registry.SaveChangesAsync(Cancel);
        registry.Add(
            new ApiKey
            {
                UserId = user.Id,
                Name = "a thief's",
                Prefix = ApiKey.PrefixOf(key),
                KeyHash = Tokens.HashOf(key),
                Scopes = string.Join(' ', own),
                CreatedAt = DateTimeOffset.UnixEpoch,
            }
        );
        await registry.SaveChangesAsync(Cancel);
        return (user.Id, key);
    }

    private IEnumerable<Call> Calls(int owner)
    {
        var routes =
            from route in console.Routes
            let pattern = $"/{route.RoutePattern.RawText?.TrimStart('/')}"
            where
                pattern.StartsWith("/api/", StringComparison.Ordinal)
                && !LeftOut.Any(left => pattern.StartsWith(left, StringComparison.Ordinal))
            from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
            where method is "POST" or "PUT" or "DELETE"
            orderby pattern, method
            select $"{method} {pattern}";
        foreach (var route in routes.Distinct())
        {
            var hostile = Hostile.FirstOrDefault(each => route.StartsWith(each.Route, StringComparison.Ordinal)).Bodies;
            var bodies = hostile ?? [new { }];
            int[] ids =
                !route.Contains('{', StringComparison.Ordinal) ? [0]
                : hostile is null && !route.Contains("/api/users/", StringComparison.Ordinal) ? [1]
                : [1, 2, owner];
            foreach (var id in ids)
            {
                foreach (var body in bodies)
                {
                    yield return new(route, id, body);
                }
            }
        }
    }

    private async Task<HttpStatusCode> SendAsync(Caller caller, Call call)
    {
        var (method, pattern) = (call.Route.Split(' ')[0], call.Route.Split(' ')[1]);
        var path = System.Text.RegularExpressions.Regex.Replace(
            pattern,
            @"\{(?<name>\w+)(:\w+)?\}",
            match =>
                match.Groups["name"].Value switch
                {
                    "environment" => "staging",
                    "key" or "column" => "none",
                    _ => call.Id.ToString(CultureInfo.InvariantCulture),
                }
        );
        await using var registry = await OpenAsync();
        var version =
            method != "PUT" ? 0
            : pattern.StartsWith("/api/users/", StringComparison.Ordinal)
                ? await registry.Users.Where(u => u.Id == call.Id).Select(u => u.Version).SingleOrDefaultAsync(Cancel)
            : pattern.StartsWith("/api/jobs/", StringComparison.Ordinal)
                ? await registry.ScheduledJobs.Where(j => j.Id == call.Id).Select(j => j.Version).SingleOrDefaultAsync(Cancel)
            : await registry.ToolInstances.Where(i => i.Id == call.Id).Select(i => i.Version).SingleOrDefaultAsync(Cancel);
        var name = pattern.EndsWith("/restore", StringComparison.Ordinal)
            ? await registry.Backups.Where(b => b.Id == call.Id).Select(b => b.Name).SingleOrDefaultAsync(Cancel)
            : null;
        var body = JsonNode.Parse(
            System.Text.Json.JsonSerializer.Serialize(call.Body).Replace("{name}", name ?? "none", StringComparison.Ordinal)
        );
        using var answer = await caller.SendAsync(
            new HttpMethod(method),
            path,
            method == "DELETE" ? null : body,
            method == "PUT" ? $"\"{version}\"" : null
        );
        Assert.True((int)answer.StatusCode < 500, $"{call}: {await answer.Content.ReadAsStringAsync(Cancel)}");
        return answer.StatusCode;
    }

    /// <summary>Nobody who could do more than the caller was touched, and nobody who is new can.</summary>
    private async Task CheckAsync(Grants before, IReadOnlySet<string> own, IReadOnlyList<Call> calls)
    {
        var now = await GrantsAsync();
        var told = string.Join(" → ", calls);
        foreach (var (id, user) in now.Users)
        {
            var was = before.Users.GetValueOrDefault(id);
            Assert.True(
                user == was || user.May.Split(' ').Concat((was?.May ?? "").Split(' ')).All(p => p.Length == 0 || own.Contains(p)),
                $"{told} gave away user {id}: {was} → {user}"
            );
        }

        Assert.True(
            before.Users.Where(user => !now.Users.ContainsKey(user.Key)).All(user => user.Value.May.Split(' ').All(own.Contains)),
            $"{told} deleted somebody stronger"
        );
        foreach (var (id, scopes) in now.Keys.Where(key => !before.Keys.ContainsKey(key.Key)))
        {
            Assert.True(scopes.Split(' ').All(own.Contains), $"{told} made key {id}: {scopes}");
        }

        Assert.True(now.Paths == before.Paths || All.All(own.Contains), $"{told} moved the folders: {now.Paths}");
        foreach (
            var (id, job) in now.Jobs.Where(job =>
                before.Jobs.GetValueOrDefault(job.Key) != job.Value && job.Value.RunsAs != Answerable.Console
            )
        )
        {
            await using var scope = console.Services.CreateAsyncScope();
            var runner = await scope.ServiceProvider.GetRequiredService<JobRights>().RunnerAsync(job.RunsAs, "test", Cancel);
            Assert.True(
                runner.FindAll(Permissions.Claim).All(claim => own.Contains(claim.Value)),
                $"{told} made job {id} run as {job.RunsAs}"
            );
            Assert.True(NeededBy(job.Action) is not { } needed || own.Contains(needed), $"{told} made job {id} do {job.Action}");
        }

        Assert.True(
            now.Targets == before.Targets || (own.Contains(Policies.DownloadBackups) && own.Contains(Policies.RestoreBackups)),
            $"{told} added a place that is sent backups"
        );
    }

    private static string? NeededBy(string? act) =>
        act switch
        {
            "back_up" or "back_up_increment" or "restore_drill" => Policies.MakeBackups,
            "clean_up_backups" => Policies.RestoreBackups,
            "clean_up_logs" => Policies.ManageLogs,
            "clean_up_checks" or "clean_up_notifications" => Policies.WriteSettings,
            _ => null,
        };

    private async Task<Grants> GrantsAsync()
    {
        await using var registry = await OpenAsync();
        var users = await registry.Users.AsNoTracking().ToListAsync(Cancel);
        var settings = await registry.SystemConfig.AsNoTracking().SingleAsync(Cancel);
        var profiles = await registry.Profiles.AsNoTracking().OrderBy(p => p.Id).ToListAsync(Cancel);
        return new(
            users.ToDictionary(
                u => u.Id,
                u => new Person(
                    string.Join(' ', User.PermissionsOf(u.Role, u.Permissions).Order(StringComparer.Ordinal)),
                    u.IsActive,
                    u.PasswordHash,
                    u.SecurityStamp
                )
            ),
            await registry.ApiKeys.AsNoTracking().ToDictionaryAsync(k => k.Id, k => k.Scopes, Cancel),
            await registry
                .ScheduledJobs.AsNoTracking()
                .ToDictionaryAsync(j => j.Id, j => new Job(j.RunsAs, j.Action, j.ToolInstanceId), Cancel),
            string.Join(
                '|',
                profiles
                    .Select(p => $"{p.SanctumBasePath ?? "~/sanctum"} {p.LettaDataPath ?? "~/.letta"}")
                    .Prepend($"{settings.SanctumBasePath} {settings.LettaDataPath}")
                    .Distinct()
            ),
            await registry.BackupTargets.CountAsync(Cancel)
        );
    }

    private async Task<RegistryDbContext> OpenAsync()
    {
        var scope = console.Services.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(Cancel);
    }

    private sealed record Call(string Route, int Id, object Body);

    private sealed record Person(string May, bool IsActive, string? Hash, string? Stamp);

    private sealed record Job(string? RunsAs, string? Action, int? Tool);

    private sealed record Grants(
        IReadOnlyDictionary<int, Person> Users,
        IReadOnlyDictionary<int, string> Keys,
        IReadOnlyDictionary<int, Job> Jobs,
        string Paths,
        int Targets
    );
}

public sealed class NoKeyGainsTests(RoutedConsole console) : NoKeyGains(console), IClassFixture<RoutedConsole>
{
    [Theory, MemberData(nameof(SomePermissions))]
    public Task A_key_with_one_permission_ends_with_none_that_it_and_its_owner_did_not_have(string permission) =>
        TryAsync(permission, isTheOneThatIsLacking: false);
}

public sealed class NoStrongKeyGainsTests(RoutedConsole console) : NoKeyGains(console), IClassFixture<RoutedConsole>
{
    [Theory, MemberData(nameof(SomePermissions))]
    public Task A_key_that_lacks_one_permission_does_not_get_it(string permission)
    {
        Thorough.SkipUnlessAsked("It tries nearly every call of the API.");
        return TryAsync(permission, isTheOneThatIsLacking: true);
    }
}
