using System.Security.Cryptography;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>A plugin that lies in the installation.</summary>
/// <param name="Folder">Below the installation's folder, with slashes.</param>
internal sealed record FoundPlugin(string Folder, string Name, string Type, PluginDescription Description);

/// <summary>
/// Looks through the folders of an installation for plugins, by their files and not by one layout: SMCP's
/// (<c>plugins/&lt;name&gt;/cli.py</c>),
/// Broca's (<c>plugins/&lt;name&gt;/plugin.py</c>) and modules (<c>manifest.json</c> with a name and a type). It reads, and runs nothing.
/// </summary>
internal sealed class PluginWalk(string root, OperatorFiles files, TimeProvider clock, TimeSpan patience)
{
    private const int Deepest = 10;
    private const int MostEntries = 100_000;
    private const int MostFound = 2_000;
    private const long LargestFile = 1024 * 1024;
    private const string PluginsFolder = "plugins";
    private const string ManifestFile = "manifest.json";

    /// <summary>What a package manager or an interpreter makes anew.</summary>
    private static readonly HashSet<string> LeftOut = ["node_modules", "venv", ".venv", "site-packages", "__pycache__", ".git", ".cache"];

    private readonly string _root = Folders.Real(Folders.Expand(root));
    private readonly HashSet<string> _seen = [];
    private readonly List<FoundPlugin> _found = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _unreadable = [];
    private int _entries;

    /// <summary>What could not be looked at, in sentences.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Folders whose manifest can't be read: what is there is not known, and not gone.</summary>
    public IReadOnlySet<string> Unreadable => _unreadable;

    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    public IReadOnlyList<FoundPlugin> Run(CancellationToken cancel)
    {
        if (!Directory.Exists(_root))
        {
            throw new DirectoryNotFoundException(_root);
        }

        var began = clock.GetTimestamp();
        var open = new Stack<(string Folder, int Depth)>([(_root, 0)]);
        _seen.Add(_root);
        while (open.TryPop(out var next))
        {
            cancel.ThrowIfCancellationRequested();
            if (_entries > MostEntries || _found.Count >= MostFound || clock.GetElapsedTime(began) > patience)
            {
                _notes.Add(
                    $"The folder has too many entries: {Relative(next.Folder)} and others were skipped. Set the Sanctum folder in the system settings to the installation only."
                );
                break;
            }

            foreach (var folder in Look(next.Folder).AsEnumerable().Reverse())
            {
                if (next.Depth < Deepest)
                {
                    open.Push((folder, next.Depth + 1));
                }
                else
                {
                    _notes.Add($"{Relative(folder)} is nested too deeply and was skipped.");
                }
            }
        }

        return [.. _found.OrderBy(plugin => plugin.Folder, StringComparer.Ordinal)];
    }

    /// <summary>Takes the plugin that a folder is, and gives the folders in it.</summary>
    private List<string> Look(string folder)
    {
        var folders = new List<string>();
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                _entries++;
                if (entry is DirectoryInfo && !LeftOut.Contains(entry.Name) && Enter(entry) is { } real)
                {
                    folders.Add(real);
                }
            }

            if (Read(folder) is { } plugin)
            {
                _found.Add(plugin);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _notes.Add($"{Relative(folder)} could not be read: {e.Message}");
        }

        return folders;
    }

    /// <summary>Links are followed inside the installation, each folder once.</summary>
    private string? Enter(FileSystemInfo entry)
    {
        if (entry.LinkTarget is null)
        {
            return _seen.Add(entry.FullName) ? entry.FullName : null;
        }

        var real = Folders.Real(entry.FullName);
        if (!Folders.IsInside(real, _root))
        {
            _notes.Add($"{Relative(entry.FullName)} is a link that points outside the installation and was not followed.");
            return null;
        }

        return Directory.Exists(real) && _seen.Add(real) ? real : null;
    }

    internal FoundPlugin? Read(string folder)
    {
        var isPlugin = Path.GetFileName(Path.GetDirectoryName(folder)) == PluginsFolder;
        var manifest = File.Exists(Path.Join(folder, ManifestFile)) ? Manifest(folder) : null;
        var program = isPlugin ? Array.Find(["cli.py", "plugin.py"], file => File.Exists(Path.Join(folder, file))) : null;
        var source = program switch
        {
            "cli.py" => PluginDescription.Smcp,
            "plugin.py" => PluginDescription.Broca,
            _ => manifest is null ? null : PluginDescription.Module,
        };
        if (source is null)
        {
            return null;
        }

        foreach (var problem in PluginDependencies.Read(manifest?["dependencies"]).Problems)
        {
            _notes.Add($"The dependencies of {Relative(folder)} can't be fully read: {problem}");
        }

        var name = source == PluginDescription.Module ? PluginDescription.TextOf(manifest, "name")! : Path.GetFileName(folder);
        var type =
            source == PluginDescription.Smcp ? "mcp"
            : source == PluginDescription.Broca ? "integration"
            : PluginForm.Types.FirstOrDefault(type => type == PluginDescription.TextOf(manifest, "type")) ?? "extension";
        return new(
            Relative(folder),
            name.Trim(),
            type,
            new(source, program is null ? null : MarkOf(Path.Join(folder, program)), manifest, null)
        );
    }

    /// <summary>Null for a file that is no manifest of Sanctum: others are called so too.</summary>
    private JsonObject? Manifest(string folder)
    {
        var bytes = Bytes(Path.Join(folder, ManifestFile));
        var (json, fault) = bytes is null ? (null, null) : ManifestText.Read(bytes);
        if (fault is not null)
        {
            _notes.Add($"{Relative(Path.Join(folder, ManifestFile))} can't be read: {fault}");
            _unreadable.Add(Relative(folder));
        }

        return
            json is JsonObject manifest
            && PluginDescription.TextOf(manifest, "name") is { } name
            && !string.IsNullOrWhiteSpace(name)
            && PluginDescription.TextOf(manifest, "type") is not null
            ? manifest
            : null;
    }

    private string? MarkOf(string file) => Bytes(file) is { } bytes ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : null;

    private byte[]? Bytes(string path)
    {
        try
        {
            using var file = files.OpenRead(path, _root);
            if (file.Length is > 0 and <= LargestFile)
            {
                var bytes = new byte[file.Length];
                return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            }

            _notes.Add($"{Relative(path)} is empty or larger than 1 MB and was not read.");
        }
        catch (PathRefusedException e)
        {
            _notes.Add($"{Relative(path)} was not read. {e.Message}");
        }

        return null;
    }

    private string Relative(string path) => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');
}
