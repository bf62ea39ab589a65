using Sanctum.Configurator.Registry;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRegistry(RegistryLocation.From(builder.Configuration, builder.Environment.ContentRootPath));

var app = builder.Build();
await app.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(app.Lifetime.ApplicationStopping);
app.MapGet("/", () => "x");
app.Run();
