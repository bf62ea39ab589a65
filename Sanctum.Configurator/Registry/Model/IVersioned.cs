namespace Sanctum.Configurator.Registry.Model;

/// <summary>
/// A row that notices when somebody else changed it: each change raises its version, the console's and other programs' alike.
/// </summary>
public interface IVersioned
{
    int Version { get; set; }

    DateTimeOffset UpdatedAt { get; set; }
}
