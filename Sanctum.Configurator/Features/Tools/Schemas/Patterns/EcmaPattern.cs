namespace Sanctum.Configurator.Features.Tools.Schemas.Patterns;

/// <summary>
/// A regular expression of ECMA-262, as JSON Schema has them. It is matched by following all ways through it at once, letter by letter
/// (Thompson 1968), so that no expression takes longer than its length times that of the text; with look-arounds, once for each place.
/// .NET's own expressions are another language: <c>\d</c> has the digits of all scripts, <c>$</c> stands before a last line break too, and
/// a
/// letter beyond U+FFFF is two.
/// </summary>
internal sealed class EcmaPattern
{
    /// <summary>Of an expression, in characters.</summary>
    public const int Longest = 1024;

    private readonly PatternProgram _program;

    private EcmaPattern(PatternProgram program) => _program = program;

    /// <summary>The expression; null, with the reason, where it is none that is understood.</summary>
    public static EcmaPattern? Read(string text, out string? fault)
    {
        try
        {
            fault = text.Length > Longest ? $"it has more than {Longest} characters" : null;
            return fault is null ? new(PatternProgram.Compile(PatternReader.Read(text), isBackwards: false)) : null;
        }
        catch (PatternException e)
        {
            fault = e.Message;
            return null;
        }
    }

    /// <param name="spend">Told of each 25 steps; it throws where there were too many.</param>
    public bool IsMatch(string text, Action spend)
    {
        var letters = new List<int>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            letters.Add(char.IsSurrogatePair(text, at) ? char.ConvertToUtf32(text, at++) : text[at]);
        }

        return new PatternMatcher(letters, spend).IsAnywhere(_program);
    }
}
