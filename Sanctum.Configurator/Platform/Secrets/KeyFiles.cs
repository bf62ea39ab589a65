using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Sanctum.Configurator.Platform.Secrets;

/// <summary>
/// The files of the key ring. One that is broken costs what only it opens, and not everybody's signing in: the others are used, and where
/// there is none, a new key is made.
/// </summary>
internal sealed class KeyFiles(string folder, ILoggerFactory logs) : FileSystemXmlRepository(new DirectoryInfo(folder), logs)
{
    public override IReadOnlyCollection<XElement> GetAllElements() => [.. Files(folder).Select(file => TryRead(file)).OfType<XElement>()];

    public override void StoreElement(XElement element, string friendlyName)
    {
        PrivateFiles.CreateFolder(folder);
        base.StoreElement(element, friendlyName);
        foreach (var file in Files(folder).Where(file => Path.GetFileNameWithoutExtension(file) == friendlyName))
        {
            PrivateFiles.Restrict(file);
        }
    }

    /// <summary>The names of those that can't be read.</summary>
    public static IReadOnlyList<string> Broken(string folder) =>
        [.. Files(folder).Where(file => TryRead(file) is null).Select(file => Path.GetFileName(file)!)];

    private static IEnumerable<string> Files(string folder) =>
        System.IO.Directory.Exists(folder) ? System.IO.Directory.EnumerateFiles(folder, "*.xml").Order(StringComparer.Ordinal) : [];

    /// <returns>Null where it is none, which <see cref="Broken"/> names.</returns>
    private static XElement? TryRead(string file)
    {
        try
        {
            return XElement.Load(file) is { HasElements: true, Name.LocalName: "key" or "revocation" } read ? read : null;
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
