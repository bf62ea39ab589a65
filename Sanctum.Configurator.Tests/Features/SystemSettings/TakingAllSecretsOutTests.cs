using Bunit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

public sealed class TakingAllSecretsOutTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_asks_for_the_password_before_it_exports_secrets()
    {
        await using var registry = await TestRegistry.CreateAsync(
            TestDatabase.Sqlite,
            services =>
            {
                services.AddAccount().AddSystemSettings();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        await using var scope = await registry.CallAsAsync(root);
        await scope
            .ServiceProvider.GetRequiredService<SettingsService>()
            .SaveAsync(new([new("openai_api_key", "sk-a-key-of-the-provider")]), Cancel);
        Services.AddSingleton(scope.ServiceProvider.GetRequiredService<SettingsTransfer>());
        Services.AddSingleton(scope.ServiceProvider.GetRequiredService<Reauthentication>());
        Services.AddSingleton(scope.ServiceProvider.GetRequiredService<CurrentUser>());
        Reader.SetPolicies(Policies.ReadSettings, Policies.WriteSettings, Policies.RevealSecrets);
        var page = Render<SettingsTransferPage>();

        await ExportAsync(null);
        Assert.Equal(0, await ExportsAsync());
        await ExportAsync("a wrong password");
        Assert.Equal(0, await ExportsAsync());
        await ExportAsync(AccountRegistry.Password);
        Assert.Equal(1, await ExportsAsync());

        async Task ExportAsync(string? password)
        {
            page.Find("input[type=password][autocomplete=new-password]").Input("a long passphrase");
            if (password is not null)
            {
                page.Find("input[type=password][autocomplete=current-password]").Input(password);
            }

            await page.FindAll("button")
                .First(button => button.TextContent.Contains("Download", StringComparison.Ordinal))
                .ClickAsync(new());
            page.WaitForState(() => page.FindAll("button[aria-busy=true]").Count == 0, Patience);
        }

        async Task<int> ExportsAsync()
        {
            await using var context = registry.Open();
            return await context.Changes.CountAsync(change => change.Act == "export", Cancel);
        }
    }
}
