namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>Text files that come with a message: whoever answers reads them below it.</summary>
internal static class AttachedFiles
{
    public const int Most = 10;

    /// <summary>Characters of one file, and of all of a message together.</summary>
    public const int MostCharacters = 200_000;

    public static string With(string text, IReadOnlyList<ConversationAttachment> files)
    {
        if (files.Count == 0)
        {
            return text;
        }

        var whole = new StringBuilder(text);
        foreach (var file in files)
        {
            // Longer than any fence in it, so that nothing in the file ends it.
            var fence = new string('`', Math.Max(3, LongestRun(file.Text) + 1));
            whole.Append($"\n\nAttached file {file.Name.Replace('\n', ' ')}:\n{fence}\n{file.Text}\n{fence}");
        }

        return whole.ToString();
    }

    /// <summary>What is wrong with them, in a sentence; null where nothing is.</summary>
    public static string? ProblemWith(IReadOnlyList<ConversationAttachment> files) =>
        files.Count > Most ? $"At most {Most} files can come with a message."
        : files.Any(file => string.IsNullOrWhiteSpace(file.Name) || file.Name.Length > 255)
            ? "A file has no name, or a name of more than 255 characters."
        : files.Sum(file => (long)file.Text.Length) > MostCharacters
            ? $"The files have more than {MostCharacters:N0} characters together. Leave some out, or shorten them."
        : files.FirstOrDefault(file => file.Text.Contains('\0', StringComparison.Ordinal)) is { } binary
            ? $"{binary.Name} is not text. Only text files can be attached."
        : null;

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var letter in text)
        {
            run = letter == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
