using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>Conversations whose owner is no user of the console any more.</summary>
/// <param name="Owner">As <c>conversations.user_id</c> has it.</param>
/// <param name="Name">The user name, as the history has it; null where it does not know it.</param>
public sealed record LeftOwner(string Owner, string? Name, int Conversations, DateTimeOffset LastUsed)
{
    internal string Title => Name ?? $"User {Owner}";
}

/// <summary>To whom left conversations are given.</summary>
public sealed class GiveForm
{
    /// <summary>The user's id.</summary>
    [Required(ErrorMessage = "Choose who gets them.")]
    public int? UserId { get; set; }
}

/// <summary>
/// Finds what deleted users left, for whoever has every permission: it is saved as a file, given to another user, or deleted. Until then nobody
/// reads it.
/// </summary>
public sealed partial class LeftConversations(
    IDbContextFactory<RegistryDbContext> registries,
    CurrentUser caller,
    ConversationExport export,
    Signal<ConversationChanged> changes,
    Signal<CodeChanged> code,
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
        return await MayAsync() && await (await LeftAsync(registry, cancel)).AnyAsync(cancel);
    }

    /// <summary>Those that were used last come first; none for whoever may not.</summary>
    public async Task<IReadOnlyList<LeftOwner>> ListAsync(CancellationToken cancel)
    {
        if (!await MayAsync())
        {
            return [];
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var owners = await (await LeftAsync(registry, cancel))
            .GroupBy(c => c.UserId!)
            .Select(same => new
            {
                same.Key,
                Count = same.Count(),
                Last = same.Max(c => c.UpdatedAt),
            })
            .OrderByDescending(same => same.Last)
            .ThenBy(same => same.Key)
            .Take(Most)
            .ToListAsync(cancel);
        var names = await NamesAsync(registry, [.. owners.Select(same => same.Key)], cancel);
        return [.. owners.Select(same => new LeftOwner(same.Key, names.GetValueOrDefault(same.Key), same.Count, same.Last))];
    }

    /// <summary>Writes all conversations of a deleted user, as a file that can be imported.</summary>
    /// <returns>False where there are none, or the caller may not.</returns>
    public async Task<bool> HasAsync(string owner, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await MayAsync() && await (await LeftAsync(registry, cancel)).AnyAsync(c => c.UserId == owner, cancel);
    }

    /// <summary>To be called after <see cref="HasAsync"/>.</summary>
    public async Task WriteAsync(string owner, Stream to, CancellationToken cancel)
    {
        LogExported(caller.Actor.Name, owner);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var left = (await LeftAsync(registry, cancel)).AsNoTracking().Where(c => c.UserId == owner).OrderBy(c => c.Id);
        await export.WriteAllAsync(left, to, cancel);
    }

    /// <summary>Gives the conversations with their code to another user, who sees them as his own.</summary>
    public Task<Outcome<LeftOwner>> GiveAsync(string owner, GiveForm form, CancellationToken cancel) =>
        ChangeAsync(
            owner,
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
                var imported = registry.Conversations.Where(c => c.UserId == next && c.SourceKey != null).Select(c => c.SourceKey);
                await registry
                    .Conversations.Where(c => c.UserId == owner && imported.Contains(c.SourceKey))
                    .ExecuteUpdateAsync(set => set.SetProperty(c => c.SourceKey, (string?)null), cancel);
                await registry
                    .Conversations.Where(c => c.UserId == owner)
                    .ExecuteUpdateAsync(set => set.SetProperty(c => c.UserId, next).SetProperty(c => c.IsShared, false), cancel);
                await registry
                    .CodeBlocks.Where(c => c.UserId == owner)
                    .ExecuteUpdateAsync(set => set.SetProperty(c => c.UserId, next), cancel);
                LogGiven(caller.Actor.Name, owner, next);
                return null;
            },
            cancel
        );

    /// <summary>Deletes the conversations with their code, for good.</summary>
    public Task<Outcome<LeftOwner>> DeleteAsync(string owner, CancellationToken cancel) =>
        ChangeAsync(
            owner,
            async registry =>
            {
                await ConversationBelongings.DeleteAsync(registry, owner, cancel);
                LogDeleted(caller.Actor.Name, owner);
                return null;
            },
            cancel
        );

    private async Task<Outcome<LeftOwner>> ChangeAsync(
        string owner,
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

        await transaction.CommitAsync(cancel);
        changes.Publish(new(Guid.Empty));
        code.Publish(new(null));
        return new Outcome<LeftOwner>.Ok(found);
    }

    /// <summary>The users are read first: there are few of them, and each conversation is then looked up once.</summary>
    private static async Task<IQueryable<Conversation>> LeftAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var users = await registry.Users.Select(u => u.Id).ToListAsync(cancel);
        var known = users.ConvertAll(id => id.ToString(CultureInfo.InvariantCulture));
        return registry.Conversations.Where(c => c.UserId != null && !c.IsTemporary && !known.Contains(c.UserId));
    }

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

    [LoggerMessage(LogLevel.Information, "{Actor} saved the conversations of the deleted user {Owner} as a file")]
    private partial void LogExported(string actor, string owner);

    [LoggerMessage(LogLevel.Information, "{Actor} gave the conversations of the deleted user {Owner} to user {Next}")]
    private partial void LogGiven(string actor, string owner, string next);

    [LoggerMessage(LogLevel.Information, "{Actor} deleted the conversations of the deleted user {Owner}")]
    private partial void LogDeleted(string actor, string owner);
}
