namespace Sanctum.Configurator.Features.Tools.Schemas.Patterns;

/// <summary>Code points that a class of characters holds: ranges, categories of Unicode, and other sets.</summary>
internal sealed class LetterSet
{
    private readonly List<(int First, int Last)> _ranges = [];
    private readonly List<LetterSet> _others = [];
    private uint _categories;

    public static LetterSet Digits { get; } = new LetterSet().Add('0', '9');

    public static LetterSet WordLetters { get; } = new LetterSet().Add('0', '9').Add('A', 'Z').Add('a', 'z').Add('_', '_');

    /// <summary>What <c>\s</c> is: white space and line terminators.</summary>
    public static LetterSet Blanks { get; } =
        new LetterSet().Add('\t', '\r').Add(0xFEFF, 0xFEFF).Add(0x2028, 0x2029).Add(UnicodeCategory.SpaceSeparator);

    /// <summary>What a dot is.</summary>
    public static LetterSet NoLineEnd { get; } = new() { IsNegated = true, _ranges = { ('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029) } };

    public bool IsNegated { get; set; }

    public LetterSet Add(int first, int last)
    {
        _ranges.Add((first, last));
        return this;
    }

    public LetterSet Add(UnicodeCategory category)
    {
        _categories |= 1u << (int)category;
        return this;
    }

    public LetterSet Add(LetterSet other)
    {
        _others.Add(other);
        return this;
    }

    public LetterSet Negated() => new LetterSet { IsNegated = true }.Add(this);

    public bool Has(int letter) =>
        IsNegated
        != (
            _ranges.Exists(range => letter >= range.First && letter <= range.Last)
            || (_categories != 0 && (_categories & (1u << (int)CharUnicodeInfo.GetUnicodeCategory(letter))) != 0)
            || _others.Exists(other => other.Has(letter))
        );
}
