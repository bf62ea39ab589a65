using System.CommandLine;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>
/// The command <c>import-old</c>, for a console that does not start or has nobody who can sign in. It asks for no permission: whoever has a
/// shell on the machine has the database anyway.
/// </summary>
public static class OldConfiguratorCommands
{
    public static Command ImportOld(Func<IServiceProvider> services)
    {
        var file = new Argument<string>("FILE") { Description = "The old configurator's db/sanctum_ui.db." };
        var isDryRun = new Option<bool>("--dry-run") { Description = "Only shows what would change." };
        var import = new Command("import-old", "Imports the settings and users of the old configurator.") { file, isDryRun };
        import.SetAction(
            (parsed, cancel) =>
                ImportAsync(services(), parsed.GetValue(file)!, parsed.GetValue(isDryRun), parsed.InvocationConfiguration.Output, cancel)
        );
        return import;
    }

    /// <exception cref="InvalidOperationException">The file is refused; the message says why.</exception>
    private static async Task<int> ImportAsync(
        IServiceProvider services,
        string file,
        bool isDryRun,
        TextWriter output,
        CancellationToken cancel
    )
    {
        await RegistryCommands.RequireMigratedAsync(services, cancel);
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Actor = Actor.CommandLine;
        await using var stream = services.GetRequiredService<OperatorFiles>().OpenTyped(file);
        var content = ValueOf(await scope.ServiceProvider.GetRequiredService<OldFileReader>().ReadAsync(stream, cancel));
        var import = scope.ServiceProvider.GetRequiredService<OldImport>();
        var granted = Permissions.All.ToHashSet();
        var preview = await import.PreviewAsync(content, granted, cancel);
        if (preview.Note is not null)
        {
            await output.WriteLineAsync(preview.Note);
        }

        foreach (var row in preview.Settings)
        {
            await output.WriteLineAsync(
                $"{WordOf(row.Verdict), -12}  {row.Key}{(row.Then is null ? "" : $": {row.Now ?? "nothing"} -> {row.Then}")}{(row.Note is null ? "" : $". {row.Note}")}"
            );
        }

        foreach (var row in preview.Users)
        {
            await output.WriteLineAsync(
                $"{WordOf(row.Verdict), -12}  user {row.UserName} ({EnumText<Registry.Users.UserRole>.Of(row.Role)}). {string.Join(' ', row.Notes)}".TrimEnd()
            );
        }

        if (isDryRun)
        {
            await output.WriteLineAsync("Nothing was written.");
            return 0;
        }

        var done = ValueOf(await import.ApplyAsync(content, preview.Takeable, preview, granted, cancel));
        await output.WriteLineAsync($"{done.Settings.Count} settings and {done.Users.Count} users were imported.");
        return 0;
    }

    private static T ValueOf<T>(Outcome<T> outcome) =>
        outcome switch
        {
            Outcome<T>.Ok done => done.Value,
            Outcome<T>.Invalid refused => throw new InvalidOperationException(string.Join(' ', refused.Reasons.Values)),
            _ => throw new InvalidOperationException(
                "Nothing was imported, because the registry was changed at the same time. Run the command again."
            ),
        };

    private static string WordOf(OldVerdict verdict) => verdict.ToString().ToLowerInvariant();
}
