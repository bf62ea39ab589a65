using System.Reflection;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Components;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Conversations;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Migrations;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.OldConfigurator;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Features.Proposals;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Components.Layout;

/// <summary>
/// An administrator goes to each page by its address, through the router and the shell. What can't be drawn is found here, and not by an
/// operator.
/// </summary>
public sealed partial class DrawingEveryPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RememberedLog _log = new();
    private int _opened;

    [Fact]
    public async Task Each_page_is_drawn_with_each_of_its_tabs_and_dialogs()
    {
        await using var registry = await TestRegistry.CreateAsync(TestDatabase.Sqlite, AddFeatures);
        await OutsideRows.InsertAllAsync(registry);
        var scope = (await registry.CallAsAsync(await registry.AddUserAsync("root", UserRole.Admin))).ServiceProvider;
        scope.GetRequiredService<LettaState>().Set(new() { Verdict = LettaVerdict.Connected });
        Place(registry, scope);
        var console = Render<Routes>();
        var failures = new List<string>();

        foreach (var url in Pages())
        {
            Get<NavigationManager>().NavigateTo(url);
            Settle(console, url, failures);
            await OpenDialogsAsync(console, url, failures);
            foreach (var tab in console.FindAll("[role=tab]").Select(tab => tab.TextContent.Trim()).Skip(1).ToList())
            {
                await console.InvokeAsync(() => console.FindAll("[role=tab]").First(each => each.TextContent.Trim() == tab).Click());
                Settle(console, $"{url}, {tab}", failures);
                await OpenDialogsAsync(console, $"{url}, {tab}", failures);
            }
        }

        Assert.True(_opened > 40, $"Only {_opened} dialogs were opened.");
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.Concat(_log.Lines)));
        await DisposeComponentsAsync();
    }

    /// <summary>The addresses of all pages that live in a circuit; every id is that of the first row.</summary>
    private static IEnumerable<string> Pages() =>
        from page in typeof(App).Assembly.GetTypes()
        where page.GetCustomAttribute<ExcludeFromInteractiveRoutingAttribute>() is null
        from route in page.GetCustomAttributes<RouteAttribute>()
        orderby route.Template
        select Parameter().Replace(route.Template.Replace("{id:guid}", $"{Guid.Empty}", StringComparison.Ordinal), "1");

    private static void Settle(IRenderedComponent<Routes> console, string where, List<string> failures)
    {
        try
        {
            console.WaitForAssertion(
                () =>
                {
                    Assert.NotEmpty(console.Find("main h1").TextContent);
                    Assert.Empty(console.FindAll("main .loading"));
                },
                Patience
            );
            if (console.FindAll("main .incident, main .state-bad") is [var failure, ..])
            {
                failures.Add($"{where}: {failure.TextContent.Trim()}");
            }
        }
        catch (Exception e)
        {
            failures.Add($"{where}: {e.GetBaseException().Message}");
        }
    }

    /// <summary>What ends in three dots opens a dialog, or says at once why it doesn't.</summary>
    private async Task OpenDialogsAsync(IRenderedComponent<Routes> console, string where, List<string> failures)
    {
        var names = console
            .FindAll("main button:not([disabled])")
            .Select(button => button.TextContent.Trim())
            .Where(text => text.EndsWith('…'));
        foreach (var name in names.Distinct().ToList())
        {
            try
            {
                await PressAsync(console, name);
                console.WaitForElement("[role=dialog] h2, main [role=alert]", Patience);
                if (console.FindAll("[role=dialog]").Count > 0)
                {
                    _opened++;
                    await console.InvokeAsync(() =>
                        Dialog(console).QuerySelectorAll("button").First(button => button.TextContent.Trim() is "Cancel" or "Close").Click()
                    );
                    console.WaitForAssertion(() => Assert.Empty(console.FindAll("[role=dialog]")), Patience);
                }
            }
            catch (Exception e)
            {
                failures.Add($"{where}, {name}: {e.GetBaseException().Message}");
            }
        }
    }

    private static void AddFeatures(IServiceCollection services)
    {
        services.AddOverview().AddLettaServer().AddModels().AddMigrations();
        services.AddAgents().AddTools().AddMcpServers().AddConfigurations().AddPlugins().AddGraph().AddTemplates();
        services.AddAccount().AddUsers().AddApiKeys();
        services.AddSystemSettings().AddHistory().AddBackups().AddNotifications();
        services.AddOldConfigurator().AddLogs().AddScheduledJobs();
        services.AddProposals().AddMessaging();
        services.AddGeneratedCode().AddPreferences().AddMemories().AddConversations(new ConfigurationBuilder().Build());
        services.AddSingleton<CountingHasher>();
        services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
    }

    private void Place(TestRegistry registry, IServiceProvider console)
    {
        Services.AddSingleton<TimeProvider>(registry.Clock);
        Services.AddLogging(logging => logging.AddProvider(_log));
        Services.AddSingleton(console.GetRequiredService<IDataProtectionProvider>());
        Services.AddScoped<ProtectedSessionStorage>();
        foreach (var item in console.GetServices<AppBarItem>())
        {
            Services.AddSingleton(item);
        }

        foreach (var entry in console.GetServices<NavEntry>())
        {
            Services.AddSingleton(entry);
        }

        Services.AddFallbackServiceProvider(console);
        Reader.SetAuthorized("root");
        Reader.SetRoles(nameof(UserRole.Admin));
        var policies = typeof(Policies).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Reader.SetPolicies([.. policies]);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
