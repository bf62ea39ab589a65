namespace Sanctum.Configurator.Features.Tools.Schemas.Patterns;

/// <summary>One step of a program. What it means depends on what is set: a letter, a place, a look-around, a fork, or the end.</summary>
/// <param name="Next">Where it goes on.</param>
/// <param name="Other">Of a fork: where it goes on too.</param>
internal sealed record PatternStep(
    LetterSet? Letters = null,
    PatternEdge? Edge = null,
    PatternProgram? Around = null,
    bool IsNegated = false,
    int Next = 0,
    int Other = -1
)
{
    public bool IsFork => Other >= 0;

    public bool IsEnd => Letters is null && Edge is null && Around is null && !IsFork && Next < 0;
}

/// <summary>An expression as steps. One that looks behind runs from right to left.</summary>
internal sealed class PatternProgram(bool isBackwards)
{
    private const int MostSteps = 20_000;

    private readonly List<PatternStep> _steps = [];

    public bool IsBackwards => isBackwards;

    public int Count => _steps.Count;

    public int Start { get; private set; }

    public PatternStep this[int at] => _steps[at];

    /// <exception cref="PatternException">It would be too long.</exception>
    public static PatternProgram Compile(PatternNode node, bool isBackwards)
    {
        var program = new PatternProgram(isBackwards);
        program.Start = program.Add(node, program.Add(new PatternStep(Next: -1)));
        return program;
    }

    private int Add(PatternStep step)
    {
        _steps.Add(step);
        return _steps.Count <= MostSteps ? _steps.Count - 1 : throw new PatternException("it is too long once its counts are written out");
    }

    /// <summary>Built from its end: gives where it begins.</summary>
    private int Add(PatternNode node, int next) =>
        node switch
        {
            PatternNode.Letters letters => Add(new PatternStep(Letters: letters.Set, Next: next)),
            PatternNode.Edge edge => Add(new PatternStep(Edge: edge.Kind, Next: next)),
            PatternNode.Around around => Add(
                new PatternStep(Around: Compile(around.Item, around.IsBehind), IsNegated: around.IsNegated, Next: next)
            ),
            PatternNode.Sequence sequence => (isBackwards ? sequence.Items : sequence.Items.Reverse()).Aggregate(
                next,
                (after, item) => Add(item, after)
            ),
            PatternNode.Choice choice => choice
                .Items.Skip(1)
                .Aggregate(Add(choice.Items[0], next), (other, item) => Add(new PatternStep(Next: Add(item, next), Other: other))),
            PatternNode.Repeat repeat => Repeated(repeat, next),
            _ => next,
        };

    private int Repeated(PatternNode.Repeat repeat, int next)
    {
        var at = next;
        if (repeat.Most is { } most)
        {
            for (var more = repeat.Least; more < most; more++)
            {
                at = Add(new PatternStep(Next: Add(repeat.Item, at), Other: next));
            }
        }
        else
        {
            // The fork is made first, so that the item can lead back to it.
            var fork = Add(new PatternStep(Next: next, Other: next));
            _steps[fork] = new PatternStep(Next: Add(repeat.Item, fork), Other: next);
            at = fork;
        }

        for (var times = 0; times < repeat.Least; times++)
        {
            at = Add(repeat.Item, at);
        }

        return at;
    }
}
