namespace Sanctum.Configurator.Platform;

/// <summary>Letters that nobody sees and that come along when a text is copied from a page, a chat or a document.</summary>
public static class Unseen
{
    /// <summary>
    /// Zero-width letters, byte order marks, marks of writing direction, soft hyphens: they have no width, or only steer what others look
    /// like.
    /// </summary>
    public static bool IsInvisible(Rune letter) =>
        Rune.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        || letter.Value
            is 0x034F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or 0x2800
                or 0x3164
                or 0xFFA0
                or (>= 0xFE00 and <= 0xFE0F)
                or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>Looks like a blank, and is none to a machine.</summary>
    public static bool IsForeignBlank(Rune letter) => letter.Value > 0x7F && Rune.IsWhiteSpace(letter);

    /// <summary>Without blanks of every kind and invisible letters at both ends.</summary>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && Rune.TryGetRuneAt(text, start, out var first) && IsCut(first))
        {
            start += first.Utf16SequenceLength;
        }

        while (
            end > start
            && Rune.DecodeLastFromUtf16(text.AsSpan(start, end - start), out var last, out var length)
                == System.Buffers.OperationStatus.Done
            && IsCut(last)
        )
        {
            end -= length;
        }

        return text[start..end];
    }

    /// <summary>As <see cref="Trim"/>; null where nothing is left.</summary>
    public static string? TrimToNull(string? text) => text is null || Trim(text) is not { Length: > 0 } trimmed ? null : trimmed;

    /// <summary>What a letter is called, with its number.</summary>
    public static string NameOf(Rune letter)
    {
        var name = letter.Value switch
        {
            '\n' or '\r' => "a line break",
            '\t' => "a tab",
            0x00A0 or 0x202F => "a no-break space",
            0x200B => "a zero-width space",
            0x200C or 0x200D or 0x2060 => "a zero-width joiner",
            0xFEFF => "a byte order mark",
            0x00AD => "a soft hyphen",
            0xFFFD => "a letter that was lost when it was copied",
            (>= 0x200E and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x061C => "a mark of writing direction",
            _ => Rune.IsControl(letter) ? "a control character"
            : Rune.IsWhiteSpace(letter) ? "another blank than the usual one"
            : IsInvisible(letter) ? "an invisible letter"
            : "a letter beyond ASCII",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{name} (U+{letter.Value:X4})");
    }

    /// <summary>The text with a mark such as ⟨U+202E⟩ in place of each letter that nobody sees, or that turns what stands behind it.</summary>
    /// <remarks>A line break and a tab are left as they are, and so is what belongs to a picture such as an emoji.</remarks>
    public static string Reveal(string text)
    {
        if (text.All(letter => letter is >= ' ' and <= '~' or '\n' or '\t'))
        {
            return text;
        }

        var revealed = new StringBuilder(text.Length);
        var before = default(Rune);
        foreach (var letter in text.EnumerateRunes())
        {
            var isOfAPicture = letter.Value is 0x200D or 0xFE0F && before.Value > 0x2000 && !IsInvisible(before);
            var isHidden = Rune.IsControl(letter) ? letter.Value is not ('\n' or '\t') : IsInvisible(letter) && !isOfAPicture;
            revealed.Append(isHidden ? string.Create(CultureInfo.InvariantCulture, $"⟨U+{letter.Value:X4}⟩") : letter.ToString());
            before = letter;
        }

        return revealed.Replace("⟨U+000D⟩\n", "\n").ToString();
    }

    private static bool IsCut(Rune letter) => Rune.IsWhiteSpace(letter) || IsInvisible(letter);
}
