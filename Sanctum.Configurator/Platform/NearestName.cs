namespace Sanctum.Configurator.Platform;

/// <summary>Finds the name that a mistyped one was meant to be.</summary>
internal static class NearestName
{
    /// <summary>The nearest of the names, or null where none is near: more than a third of the letters differ.</summary>
    public static string? Find(string typed, IEnumerable<string> names)
    {
        if (typed.Length > 64)
        {
            return null;
        }

        var (name, distance) = names.Select(n => (Name: n, Distance: Distance(typed, n))).MinBy(n => n.Distance);
        return distance * 3 <= Math.Max(typed.Length, name.Length) ? name : null;
    }

    /// <summary>Levenshtein's: letters to insert, delete or replace.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
