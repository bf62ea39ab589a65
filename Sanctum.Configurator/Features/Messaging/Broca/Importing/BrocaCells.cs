using Sanctum.Configurator.Features.Messaging.Broca.Reading;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Reads cells in the registry's terms, counts what is odd about them, and keeps rows aside of which something would be lost.</summary>
/// <param name="keepAside">Told of each row that is not imported, or not wholly.</param>
internal sealed class BrocaCells(BrocaFindings findings, Action<AsideRow> keepAside, DateTimeOffset now)
{
    private static readonly string[] Roles = ["user", "assistant", "system"];

    public long? IdOf(BrocaRow row, string column, Func<long, bool> isTaken)
    {
        if (row.Number(column) is { } id && !isTaken(id))
        {
            return id;
        }

        findings.Add(BrocaOddity.UnusableId);
        Aside(row, null, "Its id is missing, no number, or another row's.");
        return null;
    }

    public string? RoleOf(BrocaRow row, long id)
    {
        var role = row["role"];
        if (role is not null && !Roles.Contains(role))
        {
            findings.Add(BrocaOddity.UnknownRole, "messages", id);
        }

        return role;
    }

    public DateTimeOffset? TimeOf(BrocaRow row, long id, string column)
    {
        var text = row[column];
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var time = BrocaTime.Find(text);
        if (time is null)
        {
            findings.Add(BrocaOddity.UnreadableTime, row.Table.Name, id);
            Aside(row, id, $"Its {column} can't be read.");
        }
        else if (time > now.AddDays(1))
        {
            findings.Add(BrocaOddity.FutureTime, row.Table.Name, id);
        }

        return time;
    }

    public string? JsonOf(BrocaRow row, long id, string column)
    {
        var text = row[column];
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (CanonicalText.Json(text) is { } json)
        {
            return json;
        }

        findings.Add(BrocaOddity.UnreadableJson, row.Table.Name, id);
        Aside(row, id, $"Its {column} is no JSON that can be stored.");
        return null;
    }

    public string? Cut(BrocaRow row, long id, string column, int most) => Cut(row, id, column, most, row[column]);

    public string? Cut(BrocaRow row, long id, string column, int most, string? text)
    {
        if (text?.Contains('\0', StringComparison.Ordinal) == true)
        {
            findings.Add(BrocaOddity.UnstorableText, row.Table.Name, id);
        }

        var stored = StorableText.Find(text);
        if (stored is null || stored.Length <= most)
        {
            return stored;
        }

        findings.Add(BrocaOddity.TooLong, row.Table.Name, id);
        Aside(row, id, $"Its {column} is longer than {most.ToString("N0", CultureInfo.InvariantCulture)} characters.");
        return stored[..(char.IsHighSurrogate(stored[most - 1]) ? most - 1 : most)];
    }

    public void Aside(BrocaRow row, long? id, string reason) =>
        keepAside(new(row.Table.Name, id?.ToString(CultureInfo.InvariantCulture) ?? "?", row.ToJson(), reason));

    public static bool IsOn(string? text) => text?.Trim().ToUpperInvariant() is "1" or "TRUE" or "YES";
}
