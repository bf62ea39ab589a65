using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>A line of two texts that are compared.</summary>
/// <param name="Sign">'+' for one that only the second has, '-' for one that only the first has, ' ' for one of both.</param>
/// <param name="Left">So many equal lines stand here and are left out; 0 where this is a line.</param>
public sealed record DiffLine(char Sign, string Text, int Left = 0);

/// <summary>Compares texts line by line.</summary>
public static class LineDiff
{
    /// <summary>Lines, and characters, of one text: comparing longer ones takes longer than anybody waits.</summary>
    public const int MostLines = 5_000,
        MostCharacters = 300_000;

    /// <summary>Lines around a difference that are shown.</summary>
    private const int Around = 3;

    /// <returns>Null where a text is too long; empty where they are equal.</returns>
    public static IReadOnlyList<DiffLine>? Between(string from, string to)
    {
        if (from == to)
        {
            return [];
        }

        if (IsTooLong(from) || IsTooLong(to))
        {
            return null;
        }

        var lines = InlineDiffBuilder
            .Diff(from, to, ignoreWhiteSpace: false)
            .Lines.Select(line => new DiffLine(
                line.Type switch
                {
                    ChangeType.Inserted => '+',
                    ChangeType.Deleted => '-',
                    _ => ' ',
                },
                line.Text ?? ""
            ))
            .ToList();
        return Shorten(lines);
    }

    private static bool IsTooLong(string text) => text.Length > MostCharacters || text.AsSpan().Count('\n') > MostLines;

    private static List<DiffLine> Shorten(List<DiffLine> lines)
    {
        var isNear = new bool[lines.Count];
        foreach (var at in Enumerable.Range(0, lines.Count).Where(at => lines[at].Sign != ' '))
        {
            isNear.AsSpan(Math.Max(0, at - Around)..Math.Min(lines.Count, at + Around + 1)).Fill(true);
        }

        List<DiffLine> shown = [];
        var left = 0;
        foreach (var (at, line) in lines.Index())
        {
            if (!isNear[at])
            {
                left++;
                continue;
            }

            shown.AddRange(left > 0 ? [new DiffLine(' ', "", left)] : []);
            shown.Add(line);
            left = 0;
        }

        return left > 0 && shown.Count > 0 ? [.. shown, new DiffLine(' ', "", left)] : shown;
    }
}
