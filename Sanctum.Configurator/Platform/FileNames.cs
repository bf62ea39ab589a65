namespace Sanctum.Configurator.Platform;

/// <summary>Names of files that are made of what somebody typed.</summary>
public static class FileNames
{
    private const int Longest = 60;

    /// <summary>
    /// A name that every system takes and nobody is misled by: short, not hidden, with nothing but what is kept, and not one that Windows
    /// reserves.
    /// </summary>
    /// <param name="fallback">Where nothing is left of it.</param>
    public static string Of(string? title, string fallback, string extension, Func<char, bool> isKept)
    {
        var name = string.Concat(WholeText.Of(title ?? fallback).Normalize().Select(letter => isKept(letter) ? letter : '-'));
        name = (name.Length <= Longest ? name : name[..Longest]).Trim('-');
        name = name.Length == 0 || IsReserved(name) ? $"{fallback}-{name}".Trim('-') : name;
        return $"{name}.{extension}";
    }

    private static bool IsReserved(string name) =>
        name.ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL"
        || (name.Length == 4 && name[..3].ToUpperInvariant() is "COM" or "LPT" && char.IsAsciiDigit(name[3]));
}
