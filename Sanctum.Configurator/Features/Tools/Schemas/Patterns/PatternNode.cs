namespace Sanctum.Configurator.Features.Tools.Schemas.Patterns;

/// <summary>A part of a regular expression.</summary>
internal abstract record PatternNode
{
    public sealed record Letters(LetterSet Set) : PatternNode;

    public sealed record Sequence(IReadOnlyList<PatternNode> Items) : PatternNode;

    public sealed record Choice(IReadOnlyList<PatternNode> Items) : PatternNode;

    /// <param name="Most">Null for any number.</param>
    public sealed record Repeat(PatternNode Item, int Least, int? Most) : PatternNode;

    public sealed record Edge(PatternEdge Kind) : PatternNode;

    /// <summary>A look-ahead or look-behind.</summary>
    public sealed record Around(PatternNode Item, bool IsBehind, bool IsNegated) : PatternNode;
}

/// <summary>A place between two letters.</summary>
internal enum PatternEdge
{
    Start,
    End,
    WordBoundary,
    NoWordBoundary,
}

/// <summary>A text is no regular expression of ECMA-262 that is understood here; the message says why.</summary>
internal sealed class PatternException(string message) : Exception(message);
