using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>What is odd about rows of Broca's.</summary>
public enum BrocaOddity
{
    [JsonStringEnumMemberName("unfinished")]
    Unfinished,

    [JsonStringEnumMemberName("many_attempts")]
    ManyAttempts,

    [JsonStringEnumMemberName("unknown_status")]
    UnknownStatus,

    [JsonStringEnumMemberName("unknown_role")]
    UnknownRole,

    [JsonStringEnumMemberName("unreadable_time")]
    UnreadableTime,

    [JsonStringEnumMemberName("future_time")]
    FutureTime,

    [JsonStringEnumMemberName("orphaned_message")]
    OrphanedMessage,

    [JsonStringEnumMemberName("orphaned_entry")]
    OrphanedEntry,

    [JsonStringEnumMemberName("orphaned_profile")]
    OrphanedProfile,

    [JsonStringEnumMemberName("duplicate_profile")]
    DuplicateProfile,

    [JsonStringEnumMemberName("profile_of_another")]
    ProfileOfAnother,

    [JsonStringEnumMemberName("no_profile")]
    NoProfile,

    [JsonStringEnumMemberName("unusable_id")]
    UnusableId,

    [JsonStringEnumMemberName("unreadable_json")]
    UnreadableJson,

    [JsonStringEnumMemberName("too_long")]
    TooLong,

    [JsonStringEnumMemberName("unstorable_text")]
    UnstorableText,

    [JsonStringEnumMemberName("unknown_part")]
    UnknownPart,
}

/// <summary>How often something odd was found, and what becomes of it.</summary>
/// <param name="Examples">The first rows, by table and id; of people none, as their ids can be personal.</param>
public sealed record BrocaFinding(BrocaOddity Kind, int Count, string Title, string Meaning, IReadOnlyList<string> Examples);

/// <summary>Counts what is odd.</summary>
internal sealed class BrocaFindings
{
    private const int MostExamples = 5;

    private readonly SortedDictionary<BrocaOddity, (int Count, List<string> Examples)> _found = [];

    public IReadOnlyList<BrocaFinding> List =>
        [
            .. _found.Select(found => new BrocaFinding(
                found.Key,
                found.Value.Count,
                TitleOf(found.Key),
                MeaningOf(found.Key),
                found.Value.Examples
            )),
        ];

    public void Add(BrocaOddity kind, string? example = null)
    {
        var (count, examples) = _found.TryGetValue(kind, out var known) ? known : (0, []);
        if (example is not null && examples.Count < MostExamples)
        {
            examples.Add(example);
        }

        _found[kind] = (count + 1, examples);
    }

    public void Add(BrocaOddity kind, string table, long id) =>
        Add(kind, table is "messages" or "queue" ? string.Create(CultureInfo.InvariantCulture, $"{table} {id}") : null);

    private static string TitleOf(BrocaOddity kind) =>
        kind switch
        {
            BrocaOddity.Unfinished => "Not finished in Broca",
            BrocaOddity.ManyAttempts => "Attempted again and again",
            BrocaOddity.UnknownStatus => "Unknown status",
            BrocaOddity.UnknownRole => "Unknown role",
            BrocaOddity.UnreadableTime => "Unreadable time",
            BrocaOddity.FutureTime => "Time in the future",
            BrocaOddity.OrphanedMessage => "Message of a person who is gone",
            BrocaOddity.OrphanedEntry => "Queue entry of a message that is gone",
            BrocaOddity.OrphanedProfile => "Profile of a person who is gone",
            BrocaOddity.DuplicateProfile => "Profile that is there twice",
            BrocaOddity.ProfileOfAnother => "Profile that belongs to somebody else here",
            BrocaOddity.NoProfile => "Person without a profile",
            BrocaOddity.UnusableId => "Row without a usable id",
            BrocaOddity.UnreadableJson => "Unreadable JSON",
            BrocaOddity.TooLong => "Text that is too long",
            BrocaOddity.UnstorableText => "Character that can't be stored",
            _ => "Unknown table or column",
        };

    private static string MeaningOf(BrocaOddity kind) =>
        kind switch
        {
            BrocaOddity.Unfinished =>
                "Imported as failed, so that you can retry them on the page Queue. They are never sent by themselves.",
            BrocaOddity.ManyAttempts => "Broca has no limit of attempts. Imported with their number of attempts.",
            BrocaOddity.UnknownStatus => "Imported as failed; the reason says which status it was.",
            BrocaOddity.UnknownRole => "Imported with their role as it is.",
            BrocaOddity.UnreadableTime => "Imported without a time; the row is kept aside as it was.",
            BrocaOddity.FutureTime => "Imported as they are.",
            BrocaOddity.OrphanedMessage or BrocaOddity.OrphanedEntry or BrocaOddity.OrphanedProfile =>
                "Not imported, but kept aside as they were.",
            BrocaOddity.DuplicateProfile => "The first is imported; the others are kept aside.",
            BrocaOddity.ProfileOfAnother =>
                "The profile stays with the person here; the row is kept aside. If both are one, merge them on the page People.",
            BrocaOddity.NoProfile => "Imported. Their platform is not known.",
            BrocaOddity.UnusableId => "Not imported, but kept aside as they were.",
            BrocaOddity.UnreadableJson => "Imported without it; the row is kept aside as it was.",
            BrocaOddity.TooLong => "Imported cut; the whole row is kept aside.",
            BrocaOddity.UnstorableText => "Imported with a replacement character.",
            _ => "Not imported: this console does not know it. Keep Broca's file.",
        };
}
