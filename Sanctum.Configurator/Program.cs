using Sanctum.Configurator.Components;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddRegistry(RegistryLocation.From(builder.Configuration, builder.Environment.ContentRootPath));
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddApiJson();
builder.Services.AddAccount();
builder.Services.AddUsers();
builder.Services.AddApiKeys();

var app = builder.Build();
await app.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(app.Lifetime.ApplicationStopping);
app.UseTrustedProxies(app.Configuration);
app.UseSecurityHeaders();
app.UseAccount();
app.MapStaticAssets().AllowAnonymous();
app.MapAccount();
app.MapUsers();
app.MapApiKeys();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode(circuits => circuits.ContentSecurityFrameAncestorsPolicy = null).LetEndedCircuitsClose();
app.Run();
