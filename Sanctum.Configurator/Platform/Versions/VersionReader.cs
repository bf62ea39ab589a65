namespace Sanctum.Configurator.Platform.Versions;

/// <summary>A version of which numbers may be missing or open; null is any number.</summary>
internal readonly record struct PartialVersion(long? Major, long? Minor, long? Patch, string Prerelease, bool IsOpen)
{
    /// <summary>With 0 where a number is missing.</summary>
    public SemanticVersion Filled() => new(Major ?? 0, Minor ?? 0, Patch ?? 0, Prerelease);
}

/// <summary>Reads a text of versions from left to right, each character once.</summary>
internal struct VersionReader(string text)
{
    /// <summary>Fewer digits than a number of the machine has, so that the next higher number is always one too.</summary>
    private const int MostDigits = 15;

    private int _at;

    public readonly bool IsAtEnd => _at >= text.Length;

    private readonly char Here => _at < text.Length ? text[_at] : '\0';

    public readonly bool IsTooLong(out VersionFault? fault)
    {
        fault =
            text.Length > SemanticVersion.MostCharacters
                ? new(SemanticVersion.MostCharacters + 1, $"A version can have at most {SemanticVersion.MostCharacters} characters.")
                : null;
        return fault is not null;
    }

    public readonly VersionFault Fault(string reason) => new(_at + 1, reason);

    public readonly bool IsAt(string word) => string.CompareOrdinal(text, _at, word, 0, word.Length) == 0;

    public bool Take(string word)
    {
        var isThere = IsAt(word);
        _at += isThere ? word.Length : 0;
        return isThere;
    }

    public bool SkipSpaces(bool alsoCommas = false)
    {
        var start = _at;
        while (Here is ' ' or '\t' || (alsoCommas && Here == ','))
        {
            _at++;
        }

        return _at > start;
    }

    /// <summary>The hyphen of a range, with spaces on both sides; spaces alone are left for whatever comes next.</summary>
    public bool TakeHyphen()
    {
        var start = _at;
        if (SkipSpaces() && Take("-") && SkipSpaces())
        {
            return true;
        }

        _at = start;
        return false;
    }

    public bool TryRead(out PartialVersion partial, out VersionFault? fault)
    {
        partial = default;
        if (Here is 'v' or 'V')
        {
            _at++;
        }

        var parts = new long?[3];
        var (count, isOpen) = (0, false);
        do
        {
            if (count == 3)
            {
                fault = Fault("A version has at most three numbers.");
                return false;
            }

            if (!TryNumber(out parts[count], out fault))
            {
                return false;
            }

            // After an open number, the others are open too.
            isOpen |= parts[count] is null;
            parts[count] = isOpen ? null : parts[count];
            count++;
        } while (Take("."));
        if (!TryPrerelease(count == 3 && !isOpen, out var prerelease, out fault) || !TryBuild(out fault))
        {
            return false;
        }

        partial = new(parts[0], parts[1], parts[2], prerelease, isOpen);
        return true;
    }

    private static bool IsOfIdentifier(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';

    private bool TryNumber(out long? number, out VersionFault? fault)
    {
        (number, fault) = (null, null);
        if (Here is 'x' or 'X' or '*')
        {
            _at++;
            return true;
        }

        var start = _at;
        while (char.IsAsciiDigit(Here))
        {
            _at++;
        }

        var digits = text.AsSpan(start, _at - start);
        fault =
            digits.Length == 0 ? Fault(IsAtEnd ? "A number is missing." : "Expected a number.")
            : digits.Length > 1 && digits[0] == '0' ? new(start + 1, "A number does not begin with 0.")
            : digits.Length > MostDigits ? new(start + 1, $"A number has at most {MostDigits} digits.")
            : null;
        number = fault is null ? long.Parse(digits, CultureInfo.InvariantCulture) : null;
        return fault is null;
    }

    private bool TryPrerelease(bool isAllowed, out string prerelease, out VersionFault? fault)
    {
        (prerelease, fault) = ("", null);
        if (Here != '-')
        {
            return true;
        }

        if (!isAllowed)
        {
            fault = Fault("A prerelease follows three numbers, such as 1.2.0-beta.");
            return false;
        }

        var start = ++_at;
        if (!TryIdentifiers(areNumbersPlain: true, out fault))
        {
            return false;
        }

        prerelease = text[start.._at];
        return true;
    }

    private bool TryBuild(out VersionFault? fault)
    {
        fault = null;
        if (Here != '+')
        {
            return true;
        }

        _at++;
        return TryIdentifiers(areNumbersPlain: false, out fault);
    }

    private bool TryIdentifiers(bool areNumbersPlain, out VersionFault? fault)
    {
        do
        {
            var start = _at;
            while (IsOfIdentifier(Here))
            {
                _at++;
            }

            var identifier = text.AsSpan(start, _at - start);
            fault =
                identifier.Length == 0 ? Fault("Expected letters or digits.")
                : areNumbersPlain && identifier.Length > 1 && identifier[0] == '0' && identifier.IndexOfAnyExceptInRange('0', '9') < 0
                    ? new(start + 1, "A number does not begin with 0.")
                : null;
        } while (fault is null && Take("."));
        return fault is null;
    }
}
