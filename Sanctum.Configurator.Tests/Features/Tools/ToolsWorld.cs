using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools;

/// <summary>A registry with an administrator and the services of the tools.</summary>
internal sealed class ToolsWorld(TestRegistry registry, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public static async Task<ToolsWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? add = null
    )
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount();
                services.AddTools().AddMcpClient();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
                add?.Invoke(services);
            },
            settings
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<ToolRow> AddToolAsync(string name, string? schema = null) =>
        Done(
            await CallAsync(
                (ToolService tools) =>
                    tools.SaveAsync(new() { Name = name, ConfigSchema = schema is null ? null : JsonNode.Parse(schema) }, Cancel)
            )
        );

    public Task<Outcome<InstanceRow>> SaveInstanceAsync(InstanceForm form, User? who = null) =>
        CallAsync((InstanceService instances) => instances.SaveAsync(form, Cancel), who);

    /// <summary>An instance, of a tool of its own, with a configuration.</summary>
    public async Task<InstanceRow> AddInstanceAsync(string config)
    {
        var tool = await AddToolAsync("Tool");
        return Done(
            await SaveInstanceAsync(
                new()
                {
                    ToolId = tool.Id,
                    Name = "Instance",
                    Config = (JsonObject)JsonNode.Parse(config)!,
                }
            )
        );
    }

    public Task<Outcome<RunResult>> RunAsync(
        int instance,
        JsonObject? overrides = null,
        Action<string>? say = null,
        User? who = null,
        CancellationToken? cancel = null
    ) => CallAsync((ToolRunner runner) => runner.RunAsync(instance, overrides, say ?? (_ => { }), cancel ?? Cancel), who);

    public static T Done<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Ok>(outcome).Value;

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
