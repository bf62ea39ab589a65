namespace Sanctum.Configurator.Platform;

/// <summary>
/// Where the theme that somebody chose is kept, so that he has it on every device. The feature that keeps preferences registers it; the
/// document and the menu of themes ask for it.
/// </summary>
public abstract class KeptTheme
{
    public const string AsTheDevice = "system";
    public const string Dark = "dark";
    public const string Light = "light";
    public const string HighContrast = "contrast";

    /// <summary>One of the words above; null where the reader never chose, or where it can't be read now.</summary>
    public abstract Task<string?> FindAsync(CancellationToken cancel);

    /// <returns>Why it was not kept, in a sentence; null where it was.</returns>
    public abstract Task<string?> KeepAsync(string theme, CancellationToken cancel);
}
