namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>
/// Names that lead nowhere but into the folder where a backup is unpacked. U+FFFD stands for bytes that are no UTF-8: by such a name nothing
/// is found again.
/// </summary>
internal static class PartNames
{
    private const int Longest = 1024;

    public static bool IsSafe(string name) =>
        name.Length is > 0 and <= Longest
        && !name.Any(c => char.IsControl(c) || c is '\\' or '\ufffd')
        && name.Split('/').All(step => step.Length > 0 && step is not ("." or "..") && !IsOfDrive(step));

    /// <summary>Where another system has drives, <c>C:</c> leads out of any folder. A time, <c>12:30</c>, does not.</summary>
    private static bool IsOfDrive(string step) => step is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':', ..];
}
