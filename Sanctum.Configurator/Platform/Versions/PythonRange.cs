namespace Sanctum.Configurator.Platform.Versions;

/// <summary>
/// Which versions will do, as pip reads it (PEP 440, version specifiers): bounds with commas between, all of which hold. A pre-release will
/// do only where a bound names one.
/// </summary>
internal sealed class PythonRange : IVersionRange
{
    private static readonly string[] Operators = ["===", "==", "!=", "~=", "<=", ">=", "<", ">"];

    private readonly IReadOnlyList<Bound> _bounds;
    private readonly string _text;

    private PythonRange(string text, IReadOnlyList<Bound> bounds) => (_text, _bounds) = (text, bounds);

    public bool IsOpen => _bounds.Count == 0;

    public bool IsAny => IsOpen;

    public IEnumerable<string> Candidates => _bounds.SelectMany(bound => bound.Neighbours()).Prepend("0").Prepend("1000000");

    public static PythonRange? Read(string? text, out VersionFault? fault)
    {
        var written = text ?? "";
        var (bounds, at) = (new List<Bound>(), 0);
        fault =
            written.Length > SemanticVersion.MostCharacters
                ? new(SemanticVersion.MostCharacters + 1, $"A version can have at most {SemanticVersion.MostCharacters} characters.")
                : null;
        foreach (var part in fault is null ? written.Split(',') : [])
        {
            if (part.Trim().Length > 0 && (ReadBound(part, at + 1, out fault) is not { } bound || !Add(bounds, bound)))
            {
                return null;
            }

            at += part.Length + 1;
        }

        return fault is null ? new(written.Trim(), bounds) : null;
    }

    public bool? Allows(string? version)
    {
        if (PythonVersion.Find(version) is not { } read)
        {
            return _bounds.Any(bound => bound.Operator == "===") ? _bounds.All(bound => bound.Is(version ?? "")) : null;
        }

        return (IsOpen || !read.IsPrerelease || _bounds.Any(bound => bound.NamesPrerelease)) && _bounds.All(bound => bound.Allows(read));
    }

    public override string ToString() => _text;

    private static bool Add(List<Bound> bounds, Bound bound)
    {
        bounds.Add(bound);
        return true;
    }

    private static Bound? ReadBound(string part, int position, out VersionFault? fault)
    {
        var text = part.Trim();
        position += part.IndexOf(text[0], StringComparison.Ordinal);
        if (Array.Find(Operators, each => text.StartsWith(each, StringComparison.Ordinal)) is not { } @operator)
        {
            fault = new(position, "Expected an operator such as >= or ==.");
            return null;
        }

        var said = text[@operator.Length..].Trim();
        var isOpen = said.EndsWith(".*", StringComparison.Ordinal) && @operator is "==" or "!=";
        var version = PythonVersion.Find(isOpen ? said[..^2] : said);
        fault =
            @operator == "===" && said.Length > 0 ? null
            : version is null ? new(position + @operator.Length, "Expected a PEP 440 version such as 1.2 or 1.2.3rc1.")
            : isOpen && (version.IsPrerelease || version.Post is not null || version.Local is not null)
                ? new(position, ".* can only follow release numbers.")
            : @operator == "~=" && version.Release.Count < 2 ? new(position, "~= requires at least two numbers, such as ~=1.2.")
            : version.Local is not null && @operator is not ("==" or "!=")
                ? new(position, $"A label after + is only allowed with == and !=, not with {@operator}.")
            : null;
        return fault is null ? new(@operator, said, version, isOpen) : null;
    }

    /// <param name="Version">Null only of ===, which compares texts.</param>
    private sealed record Bound(string Operator, string Text, PythonVersion? Version, bool IsOpen)
    {
        public bool NamesPrerelease => Operator != "!=" && Version?.IsPrerelease == true;

        public bool Is(string version) => Operator == "===" && string.Equals(version.Trim(), Text, StringComparison.OrdinalIgnoreCase);

        public bool Allows(PythonVersion version) =>
            Operator switch
            {
                "===" => Is(version.ToNormalString()),
                "==" => IsEqual(version),
                "!=" => !IsEqual(version),
                "~=" => version.ComparePublic(Version!) >= 0 && version.BeginsWith(Version!.Epoch, [.. Version.Release.SkipLast(1)]),
                "<=" => version.ComparePublic(Version!) <= 0,
                ">=" => version.ComparePublic(Version!) >= 0,
                "<" => version.CompareTo(Version) < 0 && (Version!.IsPrerelease || !version.IsPrerelease || !version.HasBaseOf(Version)),
                _ => version.CompareTo(Version) > 0
                    && !(version.HasBaseOf(Version!) && ((version.Post is not null && Version!.Post is null) || version.Local is not null)),
            };

        /// <summary>The version itself, and the releases on both sides of it.</summary>
        public IEnumerable<string> Neighbours()
        {
            if (Version is null)
            {
                return [Text];
            }

            string Of(IEnumerable<ulong> numbers) =>
                string.Create(CultureInfo.InvariantCulture, $"{(Version.Epoch > 0 ? $"{Version.Epoch}!" : "")}{string.Join('.', numbers)}");
            var release = Version.Release;
            return
            [
                Version.ToString(),
                Of(release),
                Of([.. release, 1]),
                Of([.. release.SkipLast(1), release[^1] + 1]),
                .. release[^1] > 0
                    ? [Of([.. release.SkipLast(1), release[^1] - 1]), Of([.. release.SkipLast(1), release[^1] - 1, 999_999])]
                    : (string[])[],
                .. release.Count > 1 ? [Of([.. release.SkipLast(2), release[^2] + 1])] : (string[])[],
            ];
        }

        private bool IsEqual(PythonVersion version) =>
            IsOpen ? version.BeginsWith(Version!.Epoch, Version.Release)
            : Version!.Local is null ? version.ComparePublic(Version) == 0
            : version.CompareTo(Version) == 0;
    }
}
