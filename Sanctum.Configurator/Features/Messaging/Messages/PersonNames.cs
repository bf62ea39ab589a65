using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>
/// What people are called. Platforms let everybody call himself anything, so a name is shown without what nobody sees or what turns the
/// writing around, and never alone where it is empty without that.
/// </summary>
internal static class PersonNames
{
    /// <summary>Characters that are shown of a name.</summary>
    private const int Most = 100;

    private const int JoinsEmoji = 0x200D;
    private const int ColoursEmoji = 0xFE0F;

    public static string Unnamed(int id) => string.Create(CultureInfo.InvariantCulture, $"Person {id}");

    /// <summary>The first of these that leaves something to read; null where none does.</summary>
    public static string? Of(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (name is not null && Clean(name) is { Length: > 0 } clean)
            {
                return clean;
            }
        }

        return null;
    }

    public static string? Of(PlatformProfile profile) => Of(profile.DisplayName, profile.Username, profile.PlatformUserId);

    /// <summary>A platform by its name, which other programs may have written.</summary>
    public static string Platform(string? platform) => Of(platform) ?? "unknown";

    /// <summary>What people are called, by their ids; a merged person by the survivor's name, and one that is unknown not at all.</summary>
    public static async Task<Dictionary<int, PersonName>> ReadAsync(
        RegistryDbContext registry,
        IReadOnlyCollection<int> ids,
        CancellationToken cancel
    )
    {
        var people = await registry
            .LettaUsers.AsNoTracking()
            .Where(u => ids.Contains(u.Id))
            .Select(u => new { u.Id, Stands = u.MergedInto ?? u.Id })
            .ToListAsync(cancel);
        var survivors = people.Select(person => person.Stands).Distinct().ToList();
        var given = await registry
            .LettaUsers.AsNoTracking()
            .Where(u => survivors.Contains(u.Id))
            .Select(u => new { u.Id, u.DisplayName })
            .ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancel);
        var profiles = (
            await registry
                .PlatformProfiles.AsNoTracking()
                .Where(p => p.LettaUserId != null && survivors.Contains(p.LettaUserId.Value))
                .OrderBy(p => p.Id)
                .Select(p => new
                {
                    p.LettaUserId,
                    p.DisplayName,
                    p.Username,
                    p.PlatformUserId,
                })
                .ToListAsync(cancel)
        ).ToLookup(p => p.LettaUserId!.Value, p => Of(p.DisplayName, p.Username, p.PlatformUserId));
        return people.ToDictionary(
            person => person.Id,
            person => new PersonName(
                person.Stands,
                Of([given.GetValueOrDefault(person.Stands), .. profiles[person.Stands]]) ?? Unnamed(person.Stands)
            )
        );
    }

    private static string Clean(string name)
    {
        var shown = new StringBuilder(Math.Min(name.Length, Most));
        foreach (var letter in name.EnumerateRunes())
        {
            if (shown.Length >= Most)
            {
                return shown.Append('…').ToString().Trim();
            }

            if (
                Rune.IsControl(letter)
                || Rune.GetUnicodeCategory(letter) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            )
            {
                shown.Append(' ');
            }
            else if (!Unseen.IsInvisible(letter) || (shown.Length > 0 && letter.Value is JoinsEmoji or ColoursEmoji))
            {
                shown.Append(letter.ToString());
            }
        }

        return Unseen.Trim(shown.ToString());
    }
}

/// <summary>A person by name.</summary>
/// <param name="Id">Of the survivor, where the person was merged.</param>
public sealed record PersonName(int Id, string Name);
