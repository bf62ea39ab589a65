using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Sanctum.Configurator;
using Sanctum.Configurator.Components;
using Sanctum.Configurator.Components.Layout;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Conversations;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Features.Health;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.McpEndpoint;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Migrations;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.OldConfigurator;
using Sanctum.Configurator.Features.OpenAiApi;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Features.Proposals;
using Sanctum.Configurator.Features.RestApi;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Platform.Work;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error);
}

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.WebHost.UseStaticWebAssets(); // `dotnet run` is not Development here; a published folder has no such manifest, and this does nothing.
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
    builder.Services.AddSingleton(Console.Out);
    if (Assembly.GetEntryAssembly() == typeof(Program).Assembly) // Not where tests host it.
    {
        builder.Services.AddSingleton(new WorkersBegin(TimeSpan.FromSeconds(1))).AddWorker<StartGarbage>();
    }

    builder.Services.AddRegistry(RegistryLocation.From(builder.Configuration, builder.Environment.ContentRootPath));
    builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits => circuits.PersistedCircuitInMemoryMaxRetained = 0); // Drafts outlive more: decision 12.
    builder.Services.AddApiJson().AddRequestBodies();
    builder.Services.AddApiDescription();
    builder.Services.AddShell();
    builder.Services.AddOverview().AddHealth().AddMigrations();
    builder.Services.AddLettaServer().AddModels();
    builder.Services.AddAgents().AddTools().AddMcpServers().AddConfigurations().AddPlugins().AddGraph().AddTemplates();
    builder.Services.AddAccount().AddUsers().AddApiKeys();
    builder.Services.AddSystemSettings().AddHistory().AddBackups().AddNotifications();
    builder.Services.AddOldConfigurator().AddLogs().AddScheduledJobs();
    builder.Services.AddProposals().AddMcpEndpoint().AddMessaging();
    builder.Services.AddGeneratedCode().AddPreferences().AddMemories().AddConversations(builder.Configuration).AddRestApi().AddOpenAiApi();

    var app = builder.Build();
    app.UseTrustedProxies(app.Configuration);
    var prepared = Task.Run(() => StartUp.PrepareAsync(app));
    app.UseSecurityHeaders();
    app.UseOwnOrigins();
    app.UseInnerApi();
    app.UseOpenAiApi();
    app.UseFailures();
    app.UseEmptyBodies();
    app.UseRouting(); // After the failures, so that the page that stands in for a failed one is found.
    app.UseAccount();
    app.UseProposingKeys();
    app.UseMcpEndpoint();
    app.UseRequestBodies();
    app.MapStaticAssets().AllowAnonymous().ShortCircuit(); // Nobody has to be known for them, so they need no database.
    app.MapGet("/", context => TypedResults.LocalRedirect(Urls.Home).ExecuteAsync(context))
        .RequireAuthorization(Policies.SignedIn)
        .ExcludeFromDescription();
    app.MapApiDescription();
    app.MapHealth();
    app.MapMigrations();
    app.MapOverview();
    app.MapAccount();
    app.MapUsers().MapApiKeys();
    app.MapSystemSettings();
    app.MapHistory().MapBackups().MapNotifications().MapOldConfigurator().MapLogs().MapScheduledJobs();
    app.MapLettaServer().MapModels();
    app.MapAgents().MapTools().MapMcpServers().MapConfigurations().MapPlugins().MapGraph().MapTemplates();
    app.MapProposals().MapMcpEndpoint().MapMessaging();
    app.MapGeneratedCode().MapPreferences().MapMemories().MapConversations().MapRestApi().MapOpenAiApi();
    app.MapRazorComponents<App>()
        .AddInteractiveServerRenderMode(circuits => circuits.ContentSecurityFrameAncestorsPolicy = null)
        .LetEndedCircuitsClose();
    app.UseEndpoints(_ => { }); // Hands the endpoints over, so that they are made once.
    _ = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Count; // Makes them, which takes as long as the preparation.
    await prepared;
    var (planned, location) = (app.Services.GetRequiredService<PlannedStep>(), app.Services.GetRequiredService<RegistryLocation>());
    app.Run();
    return planned.From is { } from
        ? await CommandLine.RunAsync(["migrate", "down", "--from", from], Console.Out, Console.Error, location)
        : 0;
}
catch (StartRefusedException e)
{
    return await StartUp.RefuseAsync(e, Console.Error);
}
catch (IOException e) when (e.InnerException is AddressInUseException)
{
    return await StartUp.RefuseAsync(
        new($"{e.Message} Stop the program that uses this address, or start the console with another one: --urls.", e),
        Console.Error
    );
}
