namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>Which addresses can be called at all: the one rule for every address that somebody types, sends or stores.</summary>
public static class WebAddress
{
    private const int Longest = 8192;

    /// <summary>The address, and null; or null, and a sentence's end that says what is wrong with it.</summary>
    public static (Uri? Address, string? Fault) Read(string? text)
    {
        var typed = text?.Trim() ?? "";
        if (typed.Length == 0)
        {
            return (null, "it is empty. Use an address such as https://files.example/in.");
        }

        if (typed.Length > Longest)
        {
            return (null, $"it is longer than {Longest} characters. Enter the address only.");
        }

        if (typed.EnumerateRunes().Any(IsUnsendable))
        {
            return (null, "it contains a character that can't be sent, perhaps an invisible one. Type it by hand.");
        }

        return !Uri.TryCreate(typed, UriKind.Absolute, out var address)
                ? (null, "it is not a full address. Use an address such as https://files.example/in.")
            : FaultOf(address) is { } fault ? (null, fault)
            : (address, null);
    }

    /// <summary>Why it can't be called, as the end of a sentence; null where it can.</summary>
    public static string? FaultOf(Uri address) =>
        !address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            ? $"only http:// and https:// are supported, not {(address.IsAbsoluteUri ? $"{address.Scheme}:" : "a part of an address")}. Change the beginning of the address."
        : address.IdnHost.Length == 0 ? "the address has no host. Use an address such as https://files.example/in."
        : address.IdnHost.Contains('%', StringComparison.Ordinal) || address.IdnHost.Any(c => c is <= ' ' or >= '\x7f')
            ? "the host name contains an invalid character. Correct the address."
        : null;

    private static bool IsUnsendable(System.Text.Rune rune) =>
        System.Text.Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.Surrogate
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator
                or System.Globalization.UnicodeCategory.OtherNotAssigned
        || rune == System.Text.Rune.ReplacementChar
        || System.Text.Rune.IsWhiteSpace(rune);
}
