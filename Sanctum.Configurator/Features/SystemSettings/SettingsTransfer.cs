using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>A file of settings, ready to be kept.</summary>
public sealed record ExportedSettings(string FileName, string ContentType, string Text);

/// <summary>What is asked of an import.</summary>
/// <param name="Format">Null to tell it from the text.</param>
/// <param name="Environment">Whose settings are to change; null for the active one's.</param>
/// <param name="Passphrase">Opens encrypted secrets.</param>
public sealed record SettingsUpload(
    [property: TextLimit(Lengths.Document)] string Text,
    SettingsFormat? Format = null,
    ConflictMode Mode = ConflictMode.Skip,
    DeploymentEnvironment? Environment = null,
    [property: TextLimit(Lengths.Password)] string? Passphrase = null
);

/// <summary>What an import would do, or did.</summary>
/// <param name="Problems">What is wrong with the file; the rest of it can still be imported.</param>
/// <param name="Refusals">Why nothing could be saved, by column; empty where it can.</param>
public sealed record ImportReview(
    SettingsFormat Format,
    ImportPlan Plan,
    IReadOnlyList<SettingsProblem> Problems,
    bool NeedsPassphrase,
    IReadOnlyDictionary<string, string> Refusals,
    bool IsApplied
)
{
    /// <summary>There is something to write, and nothing speaks against it.</summary>
    public bool CanApply => !IsApplied && Refusals.Count == 0 && !NeedsPassphrase && Plan.Writes.Any();
}

/// <summary>Takes the settings out as files and brings them in again.</summary>
public sealed class SettingsTransfer(SettingsService settings, IDbContextFactory<RegistryDbContext> registries)
{
    /// <summary>
    /// The settings of an environment as a file. Secrets are in it only under a passphrase, encrypted, and each leaves a record.
    /// </summary>
    public async Task<ExportedSettings> ExportAsync(
        DeploymentEnvironment? environment,
        SettingsFormat format,
        string? passphrase,
        CancellationToken cancel
    )
    {
        var view = await settings.ReadAsync(environment, cancel);
        var name = EnumText<DeploymentEnvironment>.Of(view.Environment);
        var values = new List<(string Column, string? Value)> { (SettingsFile.EnvironmentColumn, name) };
        foreach (var field in view.Fields)
        {
            // What is stored, not what the environment of this machine puts in its place.
            if (field.Secret is null)
            {
                values.Add((field.Setting.Column, field.Stored ?? field.Setting.Default));
            }
            else if (
                passphrase is not null
                && await settings.RevealAsync(field.Setting.Column, view.Environment, "export", cancel) is { } secret
            )
            {
                values.Add((field.Setting.Column, secret));
            }
        }

        var (extension, type) = format switch
        {
            SettingsFormat.Json => ("json", "application/json"),
            SettingsFormat.Yaml => ("yaml", "application/yaml"),
            _ => ("env", "text/plain"),
        };
        return new($"sanctum-{name}.{extension}", type, SettingsFile.Write(format, values, passphrase));
    }

    /// <summary>
    /// Says what an import would do, and does it where <paramref name="isDryRun"/> is false and nothing speaks against it.
    /// </summary>
    public async Task<ImportReview> ImportAsync(SettingsUpload upload, bool isDryRun, CancellationToken cancel)
    {
        var content = SettingsFile.Read(upload.Text, upload.Format, upload.Passphrase);
        var view = await settings.ReadAsync(upload.Environment, cancel);

        // The file's own environment says where it comes from, not where it goes to.
        var entries = content.Entries.Where(e => e.Column != SettingsFile.EnvironmentColumn);
        var plan = SettingsImport.Plan(await CurrentAsync(view.Environment, cancel), entries, upload.Mode);
        var edit = new SettingsEdit(
            [.. plan.Writes.Select(line => new SettingChange(line.Column, line.Value, view[line.Column].Mark))],
            view.Environment,
            Reason: $"imported from a {content.Format.ToString().ToLowerInvariant()} file"
        );
        var review = new ImportReview(
            content.Format,
            plan,
            content.Problems,
            content.NeedsPassphrase,
            SettingsService.Judge(edit, view),
            IsApplied: false
        );
        if (isDryRun || !review.CanApply)
        {
            return review;
        }

        return await settings.SaveAsync(edit, cancel) switch
        {
            Outcome<SettingsView>.Ok => review with { IsApplied = true },
            Outcome<SettingsView>.Invalid refused => review with { Refusals = refused.Reasons },
            _ => review with
            {
                Refusals = new Dictionary<string, string> { [""] = "The settings were changed in the meantime. Check the file again." },
            },
        };
    }

    /// <summary>
    /// What is stored, with secrets in the clear so that they can be compared; they go no further than the plan, which masks them.
    /// </summary>
    private async Task<Dictionary<string, string?>> CurrentAsync(DeploymentEnvironment environment, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = await SettingsService.FindAsync(registry, environment, cancel);
        return Setting.All.ToDictionary(s => s.Column, s => s.IsSecret ? settings.TryOpen(s, found) : s.Read(found.Values));
    }
}
