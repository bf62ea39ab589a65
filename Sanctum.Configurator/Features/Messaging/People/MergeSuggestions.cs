using Sanctum.Configurator.Features.Messaging.Messages;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// Finds people who may be one, and says why. It never merges by itself: platforms let everybody call himself anything, and who is taken for
/// another gets that person's conversation.
/// </summary>
public sealed class MergeSuggestions(IDbContextFactory<RegistryDbContext> registries, PeopleReader people)
{
    public const int Most = 100;

    /// <summary>People who share something that more of them have, such as "admin", are not the same for that.</summary>
    private const int MostAlike = 4;

    /// <summary>Shorter user names are everybody's.</summary>
    private const int ShortestName = 3;

    private static readonly string[] MailKeys = ["email", "e_mail", "mail", "email_address"];

    /// <summary>Pairs, those with the most reasons first.</summary>
    /// <param name="of">Only pairs with this person; null for all.</param>
    public async Task<IReadOnlyList<MergeSuggestion>> FindAsync(int? of, CancellationToken cancel)
    {
        var pairs = new Dictionary<(int First, int Second), List<string>>();
        await using (var registry = await registries.CreateDbContextAsync(cancel))
        {
            var known = await ReadAsync(registry, cancel);
            foreach (var (first, second, reason) in Alike(known).Where(pair => of is null || pair.First == of || pair.Second == of))
            {
                var pair = (Math.Min(first, second), Math.Max(first, second));
                (pairs.TryGetValue(pair, out var reasons) ? reasons : pairs[pair] = []).Add(reason);
            }
        }

        var best = pairs.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key).Take(Most).ToList();
        var rows = await people.RowsAsync([.. best.SelectMany(pair => new[] { pair.Key.First, pair.Key.Second }).Distinct()], cancel);
        var byId = rows.ToDictionary(row => row.Id);
        return
        [
            .. best.Where(pair => byId.ContainsKey(pair.Key.First) && byId.ContainsKey(pair.Key.Second))
                .Select(pair => new MergeSuggestion(byId[pair.Key.First], byId[pair.Key.Second], [.. pair.Value.Distinct()])),
        ];
    }

    private static async Task<List<Known>> ReadAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var profiles =
            from p in registry.PlatformProfiles.AsNoTracking()
            where p.LettaUserId != null
            join length in MetadataLength.Of(registry) on p.Id equals length.Id
            orderby p.Id
            select new
            {
                Person = registry.LettaUsers.Where(u => u.Id == p.LettaUserId).Select(u => u.MergedInto ?? u.Id).Single(),
                p.Platform,
                p.PlatformUserId,
                p.Username,
                p.DisplayName,

                // What is longer tells of much, and rarely of an address.
                Metadata = length.Length <= PeopleReader.MostMetadata ? p.Metadata : null,
            };
        var known = new List<Known>();
        await foreach (var p in profiles.AsAsyncEnumerable().WithCancellation(cancel))
        {
            var mail = p.Platform == "email" ? p.PlatformUserId : MailIn(p.Metadata);
            known.Add(new(p.Person, p.Platform, Key(p.Username), Key(p.DisplayName), Key(mail)));
        }

        return known;
    }

    private static IEnumerable<(int First, int Second, string Reason)> Alike(List<Known> known) =>
        Pairs(
                known.Where(p => p.Username?.Length >= ShortestName),
                p => p.Username!,
                (one, other) =>
                    one.Platform == other.Platform
                        ? null
                        : $"The same user name on {PersonNames.Platform(one.Platform)} and {PersonNames.Platform(other.Platform)}."
            )
            .Concat(
                Pairs(
                    known.Where(p => p.Mail?.Contains('@', StringComparison.Ordinal) == true),
                    p => p.Mail!,
                    (one, other) =>
                        one.DisplayName is not null && one.DisplayName == other.DisplayName
                            ? "The same name and e-mail address."
                            : "The same e-mail address."
                )
            );

    private static IEnumerable<(int First, int Second, string Reason)> Pairs(
        IEnumerable<Known> known,
        Func<Known, string> key,
        Func<Known, Known, string?> reason
    )
    {
        foreach (var group in known.GroupBy(key))
        {
            var alike = group.DistinctBy(p => (p.Person, p.Platform)).ToList();
            if (alike.DistinctBy(p => p.Person).Skip(1).Any() && alike.Select(p => p.Person).Distinct().Count() <= MostAlike)
            {
                foreach (var (at, one) in alike.Index())
                {
                    foreach (var other in alike.Skip(at + 1).Where(other => other.Person != one.Person))
                    {
                        if (reason(one, other) is { } why)
                        {
                            yield return (one.Person, other.Person, why);
                        }
                    }
                }
            }
        }
    }

    private static string? MailIn(string? metadata) =>
        JsonText.FindObject(metadata) is { } fields
            ? MailKeys
                .Select(key => fields[key])
                .OfType<JsonValue>()
                .Select(mail => mail.TryGetValue<string>(out var text) ? text : null)
                .FirstOrDefault()
            : null;

    /// <summary>As it is compared: what nobody sees, and upper case, make nobody another.</summary>
    private static string? Key(string? text) => PersonNames.Of(text)?.TrimStart('@').ToUpperInvariant() is { Length: > 0 } key ? key : null;

    private sealed record Known(int Person, string Platform, string? Username, string? DisplayName, string? Mail);
}
