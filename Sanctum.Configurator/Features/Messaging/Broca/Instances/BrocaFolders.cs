using System.Security.Cryptography;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>The folder of a Broca.</summary>
/// <param name="Id">By which the API names it.</param>
/// <param name="IsAdded">Somebody added it by hand; else it lies in the Sanctum folder.</param>
internal sealed record BrocaFolder(string Id, string Path, string Name, bool IsAdded);

/// <summary>
/// The folders of this machine in which Brocas live: those in the Sanctum folder of the system settings, and those added by hand. The
/// latter are of this machine alone, and are kept in a file of the console's data folder: whoever may write the registry can't add any.
/// </summary>
internal sealed class BrocaFolders(EffectiveSettings settings, OperatorFiles files, RegistryLocation location, TimeProvider clock)
{
    private const int Most = 100;

    private string ListFile => Path.Combine(location.DataDirectory, "broca-folders.json");

    /// <summary>Sorted by name, with what could not be looked at.</summary>
    public async Task<(IReadOnlyList<BrocaFolder> Folders, string? Note)> ListAsync(CancellationToken cancel)
    {
        var root = Folders.Expand((await settings.ReadAsync(cancel))["sanctum_base_path"].Value ?? "");
        var walk = new BrocaFolderWalk(clock);
        var found = new List<BrocaFolder>();
        if (Path.IsPathFullyQualified(root) && Directory.Exists(root))
        {
            var real = Folders.Real(root);
            var paths = await Task.Run(() => walk.Run(real, cancel), cancel);
            found.AddRange(
                paths.Select(path =>
                    Of(path, Path.GetRelativePath(real, path) is "." ? Path.GetFileName(real) : Path.GetRelativePath(real, path), false)
                )
            );
        }

        var added = (await ReadAsync(cancel))
            .Where(path => found.TrueForAll(folder => folder.Path != path))
            .Select(path => Of(path, NameOf(path), true));
        return ([.. found.Concat(added).OrderBy(folder => folder.Name, StringComparer.Ordinal)], walk.Note);
    }

    public async Task<BrocaFolder?> FindAsync(string id, CancellationToken cancel) =>
        (await ListAsync(cancel)).Folders.FirstOrDefault(folder => folder.Id == id);

    /// <returns>Why it is refused; null where it is in the list.</returns>
    public async Task<string?> AddAsync(string path, CancellationToken cancel)
    {
        var expanded = Folders.Expand(path.Trim());
        if (!Path.IsPathFullyQualified(expanded))
        {
            return "Enter the whole path of the folder, from the root.";
        }

        try
        {
            var real = Folders.Real(expanded);
            if (files.RefusalOf(real) is { } refusal)
            {
                return refusal;
            }

            if (!BrocaFolderWalk.IsInstance(real))
            {
                return "There is no Broca in this folder: it needs to hold sanctum.db and settings.json, and the console's user needs to read it.";
            }

            var known = await ReadAsync(cancel);
            return known.Contains(real) ? "This folder is in the list already."
                : known.Count >= Most ? "A hundred folders are in the list already. Remove one first."
                : await WriteAsync([.. known, real], cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is PathRefusedException ? e.Message : "The console's user can't look at this folder.";
        }
    }

    public async Task RemoveAsync(BrocaFolder folder, CancellationToken cancel) =>
        await WriteAsync([.. (await ReadAsync(cancel)).Where(path => path != folder.Path)], cancel);

    /// <summary>Many are called "broca", and tell their agent by the folder above.</summary>
    private static string NameOf(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path)) is { Length: > 0 } above ? $"{above}/{Path.GetFileName(path)}" : path;

    private static BrocaFolder Of(string path, string name, bool isAdded) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12], path, name, isAdded);

    private async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancel)
    {
        if (!File.Exists(ListFile))
        {
            return [];
        }

        await using var file = File.OpenRead(ListFile);
        try
        {
            return await JsonSerializer.DeserializeAsync<string[]>(file, cancellationToken: cancel) ?? [];
        }
        catch (JsonException)
        {
            // Cut by a full disk: the folders are added again.
            return [];
        }
    }

    private async Task<string?> WriteAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        var next = $"{ListFile}.new";
        await PrivateFiles.WriteAsync(next, JsonSerializer.Serialize(paths), cancel);
        File.Move(next, ListFile, overwrite: true);
        return null;
    }
}
