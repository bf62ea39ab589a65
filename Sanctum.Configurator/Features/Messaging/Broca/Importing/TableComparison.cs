namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Counts what becomes of the rows of one table, and compares what Broca has with what is here afterwards.</summary>
internal sealed class TableComparison(string table, bool isPreview) : IDisposable
{
    private const int MostDifferences = 50;

    private readonly CanonicalText _there = new();
    private readonly CanonicalText _here = new();

    public BrocaTableReport Report { get; } = new(table);

    /// <summary>Adds a row to both checksums, and names the columns in which the sides differ.</summary>
    public void Compare(string key, (string Column, object? Value)[] there, (string Column, object? Value)[] here)
    {
        var (before, after) = (
            CanonicalText.Row([.. there.Select(cell => cell.Value)]),
            CanonicalText.Row([.. here.Select(cell => cell.Value)])
        );
        _there.Add(before);
        _here.Add(after);
        Report.RowsHere++;
        var names = string.Join(", ", there.Where((_, at) => before[at] != after[at]).Select(cell => cell.Column));
        if (names.Length > 0)
        {
            Report.Different++;
            if (Report.Differences.Count < MostDifferences)
            {
                Report.Differences.Add($"{key}: {names}");
            }
        }
    }

    /// <param name="rowsThere">Rows that Broca has.</param>
    public BrocaTableReport End(long rowsThere, int keptAside) =>
        Report with
        {
            RowsThere = rowsThere,
            KeptAside = keptAside,
            ChecksumThere = isPreview ? null : _there.End(),
            ChecksumHere = isPreview ? null : _here.End(),
        };

    public void Dispose()
    {
        _there.Dispose();
        _here.Dispose();
    }
}
