using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Backups;

public sealed class BackupsPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_click_that_comes_late_stops_nothing_but_the_run_that_it_was_meant_for()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await using var scope = await console.Registry.CallAsAsync(console.Administrator);
        Services.AddSingleton<TimeProvider>(console.Registry.Clock);
        Services.AddFallbackServiceProvider(scope.ServiceProvider);
        Reader.SetPolicies(Policies.ReadBackups, Policies.MakeBackups);
        var activity = Get<BackupActivity>();
        var first = activity.TryBegin(1, "Copying", Cancel)!;
        var page = Render<BackupsPage>();
        page.WaitForAssertion(() => Assert.True(HasButton(page, "Stop")), Patience);
        var late = page.FindComponents<MudButton>().Single(button => button.Markup.Contains("Stop", StringComparison.Ordinal)).Instance;
        first.Dispose();
        using var second = activity.TryBegin(2, "Packing", Cancel)!;
        page.WaitForAssertion(() => Assert.Contains("Packing", page.Markup, StringComparison.Ordinal), Patience);

        await page.InvokeAsync(() => late.OnClick.InvokeAsync());
        Assert.False(second.Cancel.IsCancellationRequested);

        await PressAsync(page, "Stop");
        page.WaitForAssertion(() => Assert.True(second.Cancel.IsCancellationRequested), Patience);
        await DisposeComponentsAsync();
    }

    [Fact]
    public async Task Who_lost_the_right_while_the_page_was_open_stops_nothing()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var vera = await console.Registry.AddUserAsync("vera", UserRole.Viewer);
        await using var scope = await console.Registry.CallAsAsync(vera);
        Services.AddSingleton<TimeProvider>(console.Registry.Clock);
        Services.AddFallbackServiceProvider(scope.ServiceProvider);
        Reader.SetPolicies(Policies.ReadBackups, Policies.MakeBackups);
        using var going = Get<BackupActivity>().TryBegin(1, "Copying", Cancel)!;
        var page = Render<BackupsPage>();
        page.WaitForAssertion(() => Assert.True(HasButton(page, "Stop")), Patience);

        await PressAsync(page, "Stop");

        page.WaitForAssertion(
            () => Assert.Contains("You don't have permission to stop backups.", page.Markup, StringComparison.Ordinal),
            Patience
        );
        Assert.False(going.Cancel.IsCancellationRequested);
        await DisposeComponentsAsync();
    }
}
