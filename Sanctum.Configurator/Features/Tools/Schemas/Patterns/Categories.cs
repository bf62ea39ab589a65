namespace Sanctum.Configurator.Features.Tools.Schemas.Patterns;

/// <summary>The names of <c>\p{…}</c>: general categories, short and long, and the sets that need no further tables of Unicode.</summary>
internal static class Categories
{
    private static readonly (string Short, string Long, UnicodeCategory[] Members)[] All =
    [
        ("Lu", "Uppercase_Letter", [UnicodeCategory.UppercaseLetter]),
        ("Ll", "Lowercase_Letter", [UnicodeCategory.LowercaseLetter]),
        ("Lt", "Titlecase_Letter", [UnicodeCategory.TitlecaseLetter]),
        ("LC", "Cased_Letter", [UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter]),
        ("Lm", "Modifier_Letter", [UnicodeCategory.ModifierLetter]),
        ("Lo", "Other_Letter", [UnicodeCategory.OtherLetter]),
        (
            "L",
            "Letter",
            [
                UnicodeCategory.UppercaseLetter,
                UnicodeCategory.LowercaseLetter,
                UnicodeCategory.TitlecaseLetter,
                UnicodeCategory.ModifierLetter,
                UnicodeCategory.OtherLetter,
            ]
        ),
        ("Mn", "Nonspacing_Mark", [UnicodeCategory.NonSpacingMark]),
        ("Mc", "Spacing_Mark", [UnicodeCategory.SpacingCombiningMark]),
        ("Me", "Enclosing_Mark", [UnicodeCategory.EnclosingMark]),
        ("M", "Mark", [UnicodeCategory.NonSpacingMark, UnicodeCategory.SpacingCombiningMark, UnicodeCategory.EnclosingMark]),
        ("M", "Combining_Mark", [UnicodeCategory.NonSpacingMark, UnicodeCategory.SpacingCombiningMark, UnicodeCategory.EnclosingMark]),
        ("Nd", "Decimal_Number", [UnicodeCategory.DecimalDigitNumber]),
        ("Nd", "digit", [UnicodeCategory.DecimalDigitNumber]),
        ("Nl", "Letter_Number", [UnicodeCategory.LetterNumber]),
        ("No", "Other_Number", [UnicodeCategory.OtherNumber]),
        ("N", "Number", [UnicodeCategory.DecimalDigitNumber, UnicodeCategory.LetterNumber, UnicodeCategory.OtherNumber]),
        ("Pc", "Connector_Punctuation", [UnicodeCategory.ConnectorPunctuation]),
        ("Pd", "Dash_Punctuation", [UnicodeCategory.DashPunctuation]),
        ("Ps", "Open_Punctuation", [UnicodeCategory.OpenPunctuation]),
        ("Pe", "Close_Punctuation", [UnicodeCategory.ClosePunctuation]),
        ("Pi", "Initial_Punctuation", [UnicodeCategory.InitialQuotePunctuation]),
        ("Pf", "Final_Punctuation", [UnicodeCategory.FinalQuotePunctuation]),
        ("Po", "Other_Punctuation", [UnicodeCategory.OtherPunctuation]),
        ("P", "Punctuation", Between(UnicodeCategory.ConnectorPunctuation, UnicodeCategory.OtherPunctuation)),
        ("P", "punct", Between(UnicodeCategory.ConnectorPunctuation, UnicodeCategory.OtherPunctuation)),
        ("Sm", "Math_Symbol", [UnicodeCategory.MathSymbol]),
        ("Sc", "Currency_Symbol", [UnicodeCategory.CurrencySymbol]),
        ("Sk", "Modifier_Symbol", [UnicodeCategory.ModifierSymbol]),
        ("So", "Other_Symbol", [UnicodeCategory.OtherSymbol]),
        ("S", "Symbol", Between(UnicodeCategory.MathSymbol, UnicodeCategory.OtherSymbol)),
        ("Zs", "Space_Separator", [UnicodeCategory.SpaceSeparator]),
        ("Zl", "Line_Separator", [UnicodeCategory.LineSeparator]),
        ("Zp", "Paragraph_Separator", [UnicodeCategory.ParagraphSeparator]),
        ("Z", "Separator", Between(UnicodeCategory.SpaceSeparator, UnicodeCategory.ParagraphSeparator)),
        ("Cc", "Control", [UnicodeCategory.Control]),
        ("Cc", "cntrl", [UnicodeCategory.Control]),
        ("Cf", "Format", [UnicodeCategory.Format]),
        ("Cs", "Surrogate", [UnicodeCategory.Surrogate]),
        ("Co", "Private_Use", [UnicodeCategory.PrivateUse]),
        ("Cn", "Unassigned", [UnicodeCategory.OtherNotAssigned]),
        (
            "C",
            "Other",
            [
                UnicodeCategory.Control,
                UnicodeCategory.Format,
                UnicodeCategory.Surrogate,
                UnicodeCategory.PrivateUse,
                UnicodeCategory.OtherNotAssigned,
            ]
        ),
    ];

    /// <summary>Null for a name that is none, or needs tables that are not here, as scripts do.</summary>
    public static LetterSet? Find(string name)
    {
        var said =
            name.StartsWith("General_Category=", StringComparison.Ordinal) ? name[17..]
            : name.StartsWith("gc=", StringComparison.Ordinal) ? name[3..]
            : name;
        if (Array.Find(All, category => category.Short == said || category.Long == said).Members is { } members)
        {
            return members.Aggregate(new LetterSet(), (set, category) => set.Add(category));
        }

        return said != name
            ? null
            : name switch
            {
                "Any" => new LetterSet().Add(0, 0x10FFFF),
                "ASCII" => new LetterSet().Add(0, 0x7F),
                "Assigned" => new LetterSet().Add(UnicodeCategory.OtherNotAssigned).Negated(),
                "ASCII_Hex_Digit" or "AHex" => new LetterSet().Add('0', '9').Add('A', 'F').Add('a', 'f'),
                "White_Space" or "space" => new LetterSet()
                    .Add('\t', '\r')
                    .Add(0x85, 0x85)
                    .Add(0x2028, 0x2029)
                    .Add(UnicodeCategory.SpaceSeparator),
                _ => null,
            };
    }

    private static UnicodeCategory[] Between(UnicodeCategory first, UnicodeCategory last) =>
        [.. Enumerable.Range((int)first, last - first + 1).Select(number => (UnicodeCategory)number)];
}
