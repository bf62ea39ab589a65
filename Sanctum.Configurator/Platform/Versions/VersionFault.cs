namespace Sanctum.Configurator.Platform.Versions;

/// <summary>Why a text is no version, or no range of versions.</summary>
/// <param name="Position">The character that can't be read, counted from 1; one beyond the last where something is missing.</param>
public sealed record VersionFault(int Position, string Reason)
{
    public override string ToString() => $"{Reason} (at character {Position})";
}
