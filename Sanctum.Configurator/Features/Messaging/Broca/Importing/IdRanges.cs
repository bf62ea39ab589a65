namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Many ids as few words: <c>1-180,182</c>.</summary>
internal sealed class IdRanges
{
    private readonly List<(long From, long To)> _ranges = [];

    public static IdRanges Parse(string? text)
    {
        var ranges = new IdRanges();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-', 2);
            if (
                long.TryParse(ends[0], CultureInfo.InvariantCulture, out var from)
                && long.TryParse(ends[^1], CultureInfo.InvariantCulture, out var to)
            )
            {
                ranges._ranges.Add((from, to));
            }
        }

        return ranges;
    }

    /// <summary>Ids come in their order; negative ones are left out.</summary>
    public void Add(long id)
    {
        if (id < 0)
        {
            return;
        }

        if (_ranges.Count > 0 && _ranges[^1].To + 1 == id)
        {
            _ranges[^1] = (_ranges[^1].From, id);
        }
        else
        {
            _ranges.Add((id, id));
        }
    }

    public bool Contains(long id)
    {
        var at = _ranges.BinarySearch((id, long.MaxValue));
        return at >= 0 || (~at > 0 && _ranges[~at - 1] is var range && range.From <= id && id <= range.To);
    }

    public override string ToString() =>
        string.Join(
            ',',
            _ranges.Select(range =>
                range.From == range.To
                    ? range.From.ToString(CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{range.From}-{range.To}")
            )
        );
}
