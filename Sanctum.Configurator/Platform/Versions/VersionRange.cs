namespace Sanctum.Configurator.Platform.Versions;

/// <summary>
/// Which versions will do, written as npm writes it (<c>^1.2</c>, <c>~1.2.3</c>, <c>1.x</c>, <c>&gt;=1.2 &lt;2</c>, <c>1.2 - 1.4</c>,
/// <c>1.x || 2.x</c>). A prerelease will do only where a bound beside it names a prerelease of the same three numbers. Python's notation is
/// read by <see cref="PythonRange"/>.
/// </summary>
public sealed class VersionRange : IVersionRange
{
    private static readonly string[] Operators = [">=", "<=", "==", "~>", "~=", ">", "<", "=", "~", "^"];

    private readonly Comparator[][] _alternatives;
    private readonly string _text;

    private VersionRange(string text, Comparator[][] alternatives) => (_text, _alternatives) = (text, alternatives);

    /// <inheritdoc/>
    public bool IsOpen => _text.Length == 0;

    /// <inheritdoc/>
    IEnumerable<string> IVersionRange.Candidates =>
        Candidates().Where(version => !version.IsPrerelease).Select(version => version.ToString());

    /// <summary>Every release will do.</summary>
    public bool IsAny => _alternatives.Any(bounds => bounds.Length == 0);

    /// <summary>The range that a text says; null, with the reason, where it says none. An empty text is any version.</summary>
    public static VersionRange? Read(string? text, out VersionFault? fault)
    {
        text ??= "";
        var reader = new VersionReader(text);
        if (reader.IsTooLong(out fault))
        {
            return null;
        }

        var alternatives = new List<Comparator[]>();
        do
        {
            if (ReadAlternative(ref reader, out fault) is not { } bounds)
            {
                return null;
            }

            alternatives.Add(bounds);
        } while (reader.Take("||"));
        fault = reader.IsAtEnd
            ? null
            : reader.Fault(reader.IsAt("|") ? "Separate alternatives with ||." : "Expected a version or an operator such as >=.");
        return fault is null ? new(text.Trim(), [.. alternatives]) : null;
    }

    public bool Allows(SemanticVersion version) => _alternatives.Any(bounds => Allow(bounds, version));

    /// <inheritdoc/>
    bool? IVersionRange.Allows(string? version) => SemanticVersion.Find(version) is { } read ? Allows(read) : null;

    /// <summary>Whether some version will do for both.</summary>
    public bool Meets(VersionRange other) =>
        Candidates().Concat(other.Candidates()).Any(version => Allows(version) && other.Allows(version));

    public override string ToString() => _text;

    private static Comparator[]? ReadAlternative(ref VersionReader reader, out VersionFault? fault)
    {
        var bounds = new List<Comparator>();
        var isApart = true;
        for (reader.SkipSpaces(alsoCommas: true); !reader.IsAtEnd && !reader.IsAt("|"); isApart = reader.SkipSpaces(alsoCommas: true))
        {
            if (reader.IsAt("!="))
            {
                fault = reader.Fault("!= is not supported. Use a range such as <1.3.0 || >1.3.0.");
                return null;
            }

            var start = reader.Fault("Expected a space or an operator such as >=.");
            var @operator = ReadOperator(ref reader);
            fault = isApart || @operator.Length > 0 ? null : start;
            if (fault is not null || !reader.TryRead(out var partial, out fault))
            {
                return null;
            }

            if (@operator.Length == 0 && reader.TakeHyphen())
            {
                if (!reader.TryRead(out var high, out fault))
                {
                    return null;
                }

                bounds.AddRange(Comparator.Between(partial, high));
            }
            else
            {
                bounds.AddRange(Comparator.Of(@operator, partial));
            }
        }

        fault = null;
        return [.. bounds];
    }

    private static string ReadOperator(ref VersionReader reader)
    {
        foreach (var @operator in Operators)
        {
            if (reader.Take(@operator))
            {
                reader.SkipSpaces();
                return @operator;
            }
        }

        return "";
    }

    private static bool Allow(Comparator[] bounds, SemanticVersion version) =>
        Array.TrueForAll(bounds, bound => bound.Allows(version))
        && (!version.IsPrerelease || Array.Exists(bounds, bound => bound.Version.IsPrerelease && bound.Version.HasNumbersOf(version)));

    /// <summary>Wherever ranges meet, the lowest version in which they do is one of theirs.</summary>
    private IEnumerable<SemanticVersion> Candidates()
    {
        yield return new(0, 0, 0);
        foreach (var version in _alternatives.SelectMany(bounds => bounds).Select(bound => bound.Version))
        {
            yield return version;
            yield return version with
            {
                Prerelease = "",
            };
            yield return version with
            {
                Prerelease = "0",
            };
            yield return version with
            {
                Patch = version.Patch + 1,
                Prerelease = "",
            };
            if (version.IsPrerelease)
            {
                yield return version with
                {
                    Prerelease = $"{version.Prerelease}.0",
                };
            }
        }
    }
}
