namespace Sanctum.Configurator.Features.Tools.Schemas.Patterns;

/// <summary>Follows programs through one text.</summary>
internal sealed class PatternMatcher(IReadOnlyList<int> letters, Action spend)
{
    private const int StepsForOne = 25;

    private readonly Dictionary<(PatternProgram, int), bool> _arounds = [];
    private int _steps;

    public bool IsAnywhere(PatternProgram program) => Run(program, 0, isAnchored: false);

    private bool Run(PatternProgram program, int start, bool isAnchored)
    {
        var (now, next) = (new States(program.Count), new States(program.Count));
        for (var at = start; ; at += program.IsBackwards ? -1 : 1)
        {
            if (at == start || !isAnchored)
            {
                Follow(program, program.Start, at, now);
            }

            if (now.HasEnded)
            {
                return true;
            }

            var isOver = program.IsBackwards ? at <= 0 : at >= letters.Count;
            if (isOver || (isAnchored && now.Count == 0))
            {
                return false;
            }

            var letter = letters[program.IsBackwards ? at - 1 : at];
            next.Clear();
            foreach (var state in now.Waiting)
            {
                Step();
                if (program[state].Letters!.Has(letter))
                {
                    Follow(program, program[state].Next, at + (program.IsBackwards ? -1 : 1), next);
                }
            }

            (now, next) = (next, now);
        }
    }

    /// <summary>Adds all states that are reached without a letter.</summary>
    private void Follow(PatternProgram program, int state, int at, States states)
    {
        var open = new Stack<int>([state]);
        while (open.TryPop(out var here))
        {
            Step();
            if (!states.Visit(here))
            {
                continue;
            }

            var step = program[here];
            if (step.IsEnd)
            {
                states.HasEnded = true;
            }
            else if (step.Letters is not null)
            {
                states.Add(here);
            }
            else if (step.IsFork)
            {
                open.Push(step.Other);
                open.Push(step.Next);
            }
            else if (step.Edge is { } edge ? IsAt(edge, at) : IsAround(step.Around!, at) != step.IsNegated)
            {
                open.Push(step.Next);
            }
        }
    }

    private bool IsAt(PatternEdge edge, int at) =>
        edge switch
        {
            PatternEdge.Start => at == 0,
            PatternEdge.End => at == letters.Count,
            _ => (IsWord(at - 1) != IsWord(at)) == (edge == PatternEdge.WordBoundary),
        };

    private bool IsWord(int at) => at >= 0 && at < letters.Count && LetterSet.WordLetters.Has(letters[at]);

    private bool IsAround(PatternProgram program, int at)
    {
        if (!_arounds.TryGetValue((program, at), out var isThere))
        {
            _arounds[(program, at)] = isThere = Run(program, at, isAnchored: true);
        }

        return isThere;
    }

    private void Step()
    {
        if (++_steps % StepsForOne == 0)
        {
            spend();
        }
    }

    /// <summary>The states at one place of the text.</summary>
    private sealed class States(int size)
    {
        private readonly int[] _seen = new int[size];
        private int _round = 1;

        public List<int> Waiting { get; } = [];

        public int Count => Waiting.Count;

        public bool HasEnded { get; set; }

        public bool Visit(int state)
        {
            var isNew = _seen[state] != _round;
            _seen[state] = _round;
            return isNew;
        }

        public void Add(int state) => Waiting.Add(state);

        public void Clear()
        {
            _round++;
            Waiting.Clear();
            HasEnded = false;
        }
    }
}
