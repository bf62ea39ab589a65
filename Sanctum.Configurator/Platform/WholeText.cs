namespace Sanctum.Configurator.Platform;

/// <summary>Text as every database takes it: programs and people send NULs, and halves of characters.</summary>
public static class WholeText
{
    /// <summary>With U+FFFD in the place of what is none.</summary>
    public static string Of(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    public static string? OrNull(string? text) => text is null ? null : Of(text);
}
