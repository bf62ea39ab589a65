using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Configurations;

public sealed class RevealingConfigurationsTests : KitContext
{
    private const string Secret = "canary-5c1e7d90a2f84b36";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_shown_for_the_password_and_leaves_a_record()
    {
        await using var world = await ConfigurationsWorld.CreateAsync();
        var value = await SecretAsync(world);
        await PlaceAsync(world, Policies.ReadRegistry, Policies.RevealSecrets);
        var host = Overlays;
        var cell = Render<ValueCell>(parameters => parameters.Add(c => c.Value, value).Add(c => c.MayReveal, true));

        cell.Find("button[aria-label='Reveal mail_password']").Click();
        host.WaitForElement("form", Patience);
        Write(host, "Your password", "a wrong password");
        host.Find("form").Submit();
        host.WaitForAssertion(
            () => Assert.StartsWith("The current password is wrong.", ErrorOf(host, "Your password"), StringComparison.Ordinal),
            Patience
        );
        Assert.DoesNotContain(Secret, host.Markup, StringComparison.Ordinal);
        Write(host, "Your password", AccountRegistry.Password);
        host.Find("form").Submit();

        host.WaitForAssertion(() => Assert.Contains(Secret, host.Markup), Patience);
        Assert.DoesNotContain(Secret, cell.Markup, StringComparison.Ordinal);
        await using var registry = world.Registry.Open();
        Assert.Equal(
            "root",
            (await registry.Changes.SingleAsync(change => change.Act == "reveal" && change.TableName == "configurations", Cancel)).Actor
        );
    }

    [Fact]
    public async Task Who_may_not_is_not_offered_it_and_the_past_has_no_secrets()
    {
        await using var world = await ConfigurationsWorld.CreateAsync();
        var value = await SecretAsync(world);
        await PlaceAsync(world, Policies.ReadRegistry, Policies.WriteRegistry);

        Assert.Empty(Render<ValueCell>(parameters => parameters.Add(c => c.Value, value).Add(c => c.MayReveal, true)).FindAll("button"));
        Reader.SetPolicies(Policies.ReadRegistry, Policies.RevealSecrets);
        Assert.Empty(Render<ValueCell>(parameters => parameters.Add(c => c.Value, value)).FindAll("button"));
    }

    private static async Task<EffectiveValue> SecretAsync(ConfigurationsWorld world)
    {
        await world.SetAsync("mail_password", Secret, isSecret: true);
        return Assert.Single(
            (
                await world.CallAsync(
                    (ConfigurationReader reader) => reader.EffectiveAsync(ScopeHolder.System, ShownKeys.All, null, new(0, 10), Cancel)
                )
            ).Items
        );
    }

    private async Task PlaceAsync(ConfigurationsWorld world, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton(scope.GetRequiredService<ConfigurationService>());
        Services.AddSingleton(scope.GetRequiredService<Reauthentication>());
        Reader.SetPolicies(policies);
    }
}
