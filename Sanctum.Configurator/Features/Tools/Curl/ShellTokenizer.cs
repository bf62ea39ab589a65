namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>One word of a command line, as the program gets it.</summary>
/// <param name="Octets">See <see cref="Curl.Octets"/>.</param>
/// <param name="Position">Where it begins in what was pasted, counted from 0.</param>
internal sealed record ShellWord(string Octets, int Position);

/// <summary>
/// Splits a command line as the shell does that it was written for. Only the first command is split; of what follows, a note is made.
/// </summary>
internal static class ShellTokenizer
{
    /// <summary>No command has as many words; more would only be a burden.</summary>
    public const int MostWords = 10_000;

    public static (IReadOnlyList<ShellWord> Words, CurlFault? Fault) Split(string text, CurlNotes notes)
    {
        var zero = text.IndexOf('\0', StringComparison.Ordinal);
        if (zero >= 0)
        {
            return ([], new("The command contains a NUL character. Paste it again.", zero));
        }

        var (dialect, start) = ShellDialects.Detect(text, notes);
        var draft = new WordDraft();
        var fault = dialect switch
        {
            ShellDialect.CommandPrompt => CommandPromptTokenizer.Split(text, start, draft, notes),
            ShellDialect.PowerShell => new PowerShellTokenizer(text, start, draft, notes).Split(),
            _ => new PosixTokenizer(text, start, draft, notes).Split(),
        };
        Doubts.Note(text, draft.Words, notes);
        return (draft.Words, draft.Fault ?? (fault is null ? null : LookAlikes.FindQuote(text)) ?? fault);
    }
}
