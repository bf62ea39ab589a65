namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>Names that lead nowhere but into the folder where a backup is unpacked.</summary>
internal static class PartNames
{
    private const int Longest = 1024;

    public static bool IsSafe(string name) =>
        name.Length is > 0 and <= Longest
        && !name.Any(c => char.IsControl(c) || c is '\\' or ':')
        && name.Split('/').All(step => step.Length > 0 && step is not ("." or ".."));
}
