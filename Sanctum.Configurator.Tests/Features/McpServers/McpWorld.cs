using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers;

/// <summary>A registry with an administrator and the services of the MCP servers, without the watcher.</summary>
internal sealed class McpWorld(TestRegistry registry, User administrator) : IAsyncDisposable
{
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    public static async Task<McpWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? add = null
    )
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddNotificationActs().AddTools().AddMcpRegistry();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
                add?.Invoke(services);
            },
            settings
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    public static T Done<T>(Outcome<T> outcome)
    {
        Assert.True(outcome is Outcome<T>.Ok, outcome.ProblemWith("It"));
        return ((Outcome<T>.Ok)outcome).Value;
    }

    public static string Refused<T>(Outcome<T> outcome) => string.Join(' ', Assert.IsType<Outcome<T>.Invalid>(outcome).Reasons.Values);

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<Outcome<McpServerRow>> SaveAsync(McpServerForm form, User? who = null) =>
        CallAsync((McpServerService servers) => servers.SaveAsync(form, Cancel), who);

    public async Task<McpServerRow> AddAsync(string name, Uri url) => Done(await SaveAsync(new() { Name = name, Url = url.AbsoluteUri }));

    public async Task<McpReport> TestAsync(int id) => Done(await CallAsync((McpServerTesting tests) => tests.TestAsync(id, null, Cancel)));

    public async Task<IReadOnlyList<McpPinRow>> PinsAsync(int id) =>
        (await CallAsync((McpServerReader reader) => reader.PinsAsync(id, Cancel)))!;

    public async Task<McpPinRow> PinAsync(int id, string name) => (await PinsAsync(id)).Single(pin => pin.Name == name);

    public Task<Outcome<IReadOnlyList<McpPinRow>>> DecideAsync(
        int id,
        IEnumerable<McpPinRow>? approve = null,
        IEnumerable<McpPinRow>? block = null,
        User? who = null
    ) =>
        CallAsync(
            (McpApprovals approvals) =>
                approvals.DecideAsync(
                    id,
                    new()
                    {
                        Approve = [.. (approve ?? []).Select(pin => new McpShown(pin.Id, pin.Hash))],
                        Block = [.. (block ?? []).Select(pin => new McpShown(pin.Id, pin.Hash))],
                    },
                    Cancel
                ),
            who
        );

    /// <summary>A server that was tested, and of which everything was approved.</summary>
    public async Task<McpServerRow> AddApprovedAsync(string name, Uri url)
    {
        var server = await AddAsync(name, url);
        await TestAsync(server.Id);
        Done(await DecideAsync(server.Id, approve: await PinsAsync(server.Id)));
        return server;
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
