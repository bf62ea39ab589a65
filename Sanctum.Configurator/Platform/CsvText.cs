using CsvHelper;

namespace Sanctum.Configurator.Platform;

/// <summary>Files of comma-separated values (RFC 4180), in UTF-8.</summary>
public static class CsvText
{
    /// <summary>
    /// No program of tables takes a cell for a formula: what would begin one gets an apostrophe before it, which stands for "this is text"
    /// there.
    /// </summary>
    public static CsvWriterOptions Options { get; } =
        new()
        {
            NewLine = "\r\n",
            Injection = CsvInjection.Escape,
            InjectionCharacters = "=+-@\t\r\n",
        };
}
