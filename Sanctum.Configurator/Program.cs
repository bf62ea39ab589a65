using Sanctum.Configurator;
using Sanctum.Configurator.Registry;

if (CommandLine.IsCommand(args))
{
    return await CommandLine.RunAsync(args, Console.Out, Console.Error);
}

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRegistry(RegistryLocation.From(builder.Configuration, builder.Environment.ContentRootPath));

var app = builder.Build();
await app.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(app.Lifetime.ApplicationStopping);
app.MapGet("/", () => "x");
app.Run();
return 0;
