namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Reports in words.</summary>
internal static class BrocaText
{
    public static string Summary(BrocaReport report)
    {
        var isAllEqual = report.Tables.All(table => table.IsEqual != false);
        return $"{Sum(report, table => table.New)} rows imported, {Sum(report, table => table.Known)} were here already, "
            + $"{Sum(report, table => table.KeptAside)} kept aside. "
            + (isAllEqual ? "All checksums are equal." : "What differs from Broca is named in the report.");
    }

    public static string NameOf(string table) =>
        table switch
        {
            "users" or "letta_users" => "People",
            "platform_profiles" => "Profiles",
            "messages" => "Messages",
            "queue" => "Queue",
            _ => table,
        };

    public static string Summary(BrocaUndone undone) =>
        $"{Rows(undone.Removed)} removed."
        + (undone.Staying.IsEmpty ? "" : $" {Rows(undone.Staying)} stay, because they were used since.")
        + (
            undone.Restored == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $" {undone.Restored:N0} rows of earlier imports are as they were before.")
        );

    private static string Rows(BrocaRows rows)
    {
        var parts = new (int Count, string One, string Many)[]
        {
            (rows.People, "person", "people"),
            (rows.Profiles, "profile", "profiles"),
            (rows.Messages, "message", "messages"),
            (rows.Queue, "queue entry", "queue entries"),
        };
        var said = parts
            .Where(part => part.Count > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count:N0} {(part.Count == 1 ? part.One : part.Many)}"))
            .ToList();
        return said.Count switch
        {
            0 => "Nothing",
            1 => said[0],
            _ => $"{string.Join(", ", said[..^1])} and {said[^1]}",
        };
    }

    private static string Sum(BrocaReport report, Func<BrocaTableReport, int> count) =>
        report.Tables.Sum(count).ToString("N0", CultureInfo.InvariantCulture);
}
