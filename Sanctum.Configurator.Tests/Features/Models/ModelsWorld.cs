using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Models;

/// <summary>A registry with an administrator, a user and a viewer, and a provider of models.</summary>
internal sealed class ModelsWorld(TestRegistry registry, FakeProvider provider, User administrator, User user, User viewer)
    : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public FakeProvider Provider => provider;

    public User Administrator => administrator;

    public User User => user;

    public User Viewer => viewer;

    public static async Task<ModelsWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        params (string Key, string? Value)[] settings
    )
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddModelServices().AddNotificationActs();
                services.AddScoped<IModelUses, AgentModels>().AddScoped<IModelUses, ConfigurationModels>();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            settings.Select(s => KeyValuePair.Create(s.Key, s.Value))
        );
        return new(
            registry,
            await FakeProvider.StartAsync(),
            await registry.AddUserAsync("root", UserRole.Admin),
            await registry.AddUserAsync("ursula", UserRole.User),
            await registry.AddUserAsync("victor", UserRole.Viewer)
        );
    }

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>A form for a model of the provider.</summary>
    public ModelForm Form(string model = "fine", Action<ModelForm>? change = null)
    {
        var form = new ModelForm
        {
            Type = "compatible",
            Model = model,
            BaseUrl = provider.Address,
        };
        change?.Invoke(form);
        return form;
    }

    public async Task<ModelRow> AddAsync(ModelForm form, User? who = null) =>
        Assert.IsType<Outcome<ModelRow>.Ok>(await SaveAsync(form, who)).Value;

    public Task<Outcome<ModelRow>> SaveAsync(ModelForm form, User? who = null) =>
        CallAsync((ModelService models) => models.SaveAsync(form, dryRun: false, Cancel), who);

    public async Task<LlmReport> TestAsync(ModelForm form) =>
        Assert
            .IsType<Outcome<LlmReport>.Ok>(
                await CallAsync((ModelTests tests) => tests.TestAsync(form, new DirectProgress<LlmStep>(_ => { }), Cancel))
            )
            .Value;

    public Task<Outcome<ModelAnswer>> SendAsync(string text, int? id = null, User? who = null) =>
        CallAsync(
            (ModelMessages messages) => messages.SendAsync(id, new() { Text = text }, new DirectProgress<string>(_ => { }), Cancel),
            who
        );

    public async Task<ModelRow> RowAsync(int id) => (await CallAsync((ModelReader models) => models.FindAsync(id, Cancel)))!;

    public Task StartAsync() => registry.Services.GetRequiredService<PrimaryModel>().EnforceAsync(Cancel);

    public StartRun LastStart => registry.Services.GetRequiredService<PrimaryModel>().Last;

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        await registry.DisposeAsync();
    }
}
