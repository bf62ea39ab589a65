using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>What belongs to somebody who is no user of the console any more.</summary>
/// <param name="Owner">As <c>conversations.user_id</c> has it.</param>
/// <param name="Name">The user name, as the history has it; null where it does not know it.</param>
/// <param name="Code">Blocks of generated code.</param>
/// <param name="Memories">Those that are not shared.</param>
public sealed record LeftOwner(
    string Owner,
    string? Name,
    int Conversations,
    int Code,
    int Memories,
    bool HasPreferences,
    DateTimeOffset LastUsed
)
{
    internal string Title => Name ?? $"User {Owner}";
}

/// <summary>To whom it is given.</summary>
public sealed class GiveForm
{
    /// <summary>The user's id.</summary>
    [Required(ErrorMessage = "Choose who gets them.")]
    public int? UserId { get; set; }
}

/// <summary>
/// Finds what deleted users left, for whoever has every permission: conversations, their code, memories and preferences. It is saved as a
/// file, given to another user, or deleted. Until then nobody reads it.
/// </summary>
public sealed partial class LeftConversations(
    IDbContextFactory<RegistryDbContext> registries,
    CurrentUser caller,
    IEnumerable<IUserBelongings> belongings,
    ILogger<LeftConversations> log
)
{
    private const string MayNot = "You need every permission: what a deleted user left may be an administrator's.";
    private const string NotAllowed =
        "This user may not use conversations, and would not see them. Give them conversations:use first, or choose somebody else.";
    private const int Most = 1_000;

    /// <summary>Who has less could read by this what he could not while its owner was there.</summary>
    public Task<bool> MayAsync() => caller.MayAsync(Policies.Everything);

    /// <summary>False for whoever may not.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await MayAsync() && (await LeftAsync(registry, cancel)).Count > 0;
    }

    /// <summary>Those of which something was used last come first; none for whoever may not.</summary>
    public async Task<IReadOnlyList<LeftOwner>> ListAsync(CancellationToken cancel)
    {
        if (!await MayAsync())
        {
            return [];
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var owners = (await LeftAsync(registry, cancel))
            .GroupBy(left => left.Owner, StringComparer.Ordinal)
            .OrderByDescending(same => same.Max(left => left.LastUsed))
            .ThenBy(same => same.Key, StringComparer.Ordinal)
            .Take(Most)
            .ToList();
        var names = await NamesAsync(registry, owners.ConvertAll(same => same.Key), cancel);
        return
        [
            .. owners.Select(same => new LeftOwner(
                same.Key,
                names.GetValueOrDefault(same.Key),
                CountOf(same, BelongingKind.Conversation),
                CountOf(same, BelongingKind.Code),
                CountOf(same, BelongingKind.Memory),
                CountOf(same, BelongingKind.Preferences) > 0,
                same.Max(left => left.LastUsed)
            )),
        ];
    }

    /// <returns>False where there is nothing, or the caller may not.</returns>
    public async Task<bool> HasAsync(string owner, CancellationToken cancel) => (await ListAsync(cancel)).Any(left => left.Owner == owner);

    /// <summary>
    /// Writes all that a deleted user left, as a file; its conversations can be imported. To be called after <see cref="HasAsync"/>.
    /// </summary>
    public async Task WriteAsync(string owner, Stream to, CancellationToken cancel)
    {
        LogExported(caller.Actor.Name, owner);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var json = new Utf8JsonWriter(to, new() { Indented = true });
        json.WriteStartObject();
        foreach (var of in belongings)
        {
            await of.WriteAsync(registry, owner, json, cancel);
        }

        json.WriteEndObject();
    }

    /// <summary>Gives all of it to another user, who sees it as his own. Preferences stay where he has some already.</summary>
    public Task<Outcome<LeftOwner>> GiveAsync(string owner, GiveForm form, CancellationToken cancel) =>
        ChangeAsync(
            owner,
            form.UserId?.ToString(CultureInfo.InvariantCulture) ?? owner,
            async registry =>
            {
                var to = form.UserId is { } id ? await registry.Users.SingleOrDefaultAsync(u => u.Id == id, cancel) : null;
                if (to is null)
                {
                    return new(nameof(form.UserId), "Choose a user of this console.");
                }

                if (!User.PermissionsOf(to.Role, to.Permissions).Contains(Policies.UseConversations))
                {
                    return new(nameof(form.UserId), NotAllowed);
                }

                var next = to.Id.ToString(CultureInfo.InvariantCulture);
                foreach (var of in belongings)
                {
                    await of.GiveAsync(registry, owner, next, cancel);
                }

                LogGiven(caller.Actor.Name, owner, next);
                return null;
            },
            cancel
        );

    /// <summary>Deletes all of it, for good.</summary>
    public Task<Outcome<LeftOwner>> DeleteAsync(string owner, CancellationToken cancel) =>
        ChangeAsync(
            owner,
            owner,
            async registry =>
            {
                foreach (var of in belongings)
                {
                    await of.DeleteAsync(registry, owner, cancel);
                }

                LogDeleted(caller.Actor.Name, owner);
                return null;
            },
            cancel
        );

    /// <param name="tells">Whose pages show another thing afterwards.</param>
    private async Task<Outcome<LeftOwner>> ChangeAsync(
        string owner,
        string tells,
        Func<RegistryDbContext, Task<Outcome<LeftOwner>.Invalid?>> change,
        CancellationToken cancel
    )
    {
        if (!await MayAsync())
        {
            return new Outcome<LeftOwner>.Invalid("", MayNot);
        }

        if ((await ListAsync(cancel)).FirstOrDefault(left => left.Owner == owner) is not { } found)
        {
            return new Outcome<LeftOwner>.NotFound();
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if (await change(registry) is { } refused)
        {
            return refused;
        }

        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        foreach (var of in belongings)
        {
            of.Tell(tells);
        }

        return new Outcome<LeftOwner>.Ok(found);
    }

    /// <summary>The users are read first: there are few of them, and each row is then looked up once.</summary>
    private async Task<List<LeftBelongings>> LeftAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var users = (await registry.Users.Select(u => u.Id).ToListAsync(cancel)).ConvertAll(id =>
            id.ToString(CultureInfo.InvariantCulture)
        );
        List<LeftBelongings> left = [];
        foreach (var of in belongings)
        {
            left.AddRange(await of.LeftAsync(registry, users, cancel));
        }

        return left;
    }

    private static int CountOf(IEnumerable<LeftBelongings> left, BelongingKind kind) =>
        left.Where(one => one.Kind == kind).Sum(one => one.Count);

    private static async Task<Dictionary<string, string>> NamesAsync(
        RegistryDbContext registry,
        List<string> owners,
        CancellationToken cancel
    )
    {
        var deleted = await registry
            .Changes.AsNoTracking()
            .Where(c => c.TableName == Tables.Users && c.Act == "delete" && c.Before != null && owners.Contains(c.RowId))
            .OrderBy(c => c.Id)
            .Select(c => new { c.RowId, c.Before })
            .ToListAsync(cancel);
        Dictionary<string, string> names = [];
        foreach (var one in deleted)
        {
            using var before = JsonDocument.Parse(one.Before!);
            if (before.RootElement.TryGetProperty("username", out var name) && name.ValueKind == JsonValueKind.String)
            {
                names[one.RowId] = name.GetString()!;
            }
        }

        return names;
    }

    [LoggerMessage(LogLevel.Information, "{Actor} saved what the deleted user {Owner} left as a file")]
    private partial void LogExported(string actor, string owner);

    [LoggerMessage(LogLevel.Information, "{Actor} gave what the deleted user {Owner} left to user {Next}")]
    private partial void LogGiven(string actor, string owner, string next);

    [LoggerMessage(LogLevel.Information, "{Actor} deleted what the deleted user {Owner} left")]
    private partial void LogDeleted(string actor, string owner);
}
