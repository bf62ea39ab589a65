namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>The import for people and programs: only for somebody who may write settings and manage users.</summary>
public sealed class OldImportService
{
    private const string MayNot = "You don't have permission to import. It requires settings:write and users:manage.";

    private readonly OldImport _import;
    private readonly CurrentUser _caller;

    internal OldImportService(OldImport import, CurrentUser caller) => (_import, _caller) = (import, caller);

    /// <summary>What the file would change. Nothing is written.</summary>
    public async Task<Outcome<OldPreview>> PreviewAsync(OldContent content, CancellationToken cancel) =>
        await MayAsync()
            ? new Outcome<OldPreview>.Ok(await _import.PreviewAsync(content, _caller.Permissions, cancel))
            : new Outcome<OldPreview>.Invalid("", MayNot);

    /// <summary>Takes the chosen rows, all or none; everything that can be taken where none are named.</summary>
    /// <param name="seen">What the chooser saw; where a chosen row has changed since, the answer is the preview as it is now.</param>
    public async Task<Outcome<OldPreview>> ApplyAsync(
        OldContent content,
        OldSelection? selection,
        OldPreview? seen,
        CancellationToken cancel
    ) =>
        await MayAsync()
            ? await _import.ApplyAsync(content, selection, seen, _caller.Permissions, cancel)
            : new Outcome<OldPreview>.Invalid("", MayNot);

    private async Task<bool> MayAsync() => await _caller.MayAsync(Policies.WriteSettings) && await _caller.MayAsync(Policies.ManageUsers);
}
