using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Users;

/// <summary>
/// Adds, changes and deletes users. Nobody gives what he has not, nor takes over somebody who may more: whoever makes, changes, lets in,
/// signs
/// out or deletes a user has every permission that the user has, before and afterwards. The last active administrator stays one.
/// </summary>
public sealed partial class UserService(
    IDbContextFactory<RegistryDbContext> registries,
    IPasswordHasher<User> hasher,
    CurrentUser caller,
    IEnumerable<IUserBelongings> belongings,
    TimeProvider clock,
    ILogger<UserService> log
)
{
    private const string MayNot = "You don't have permission to manage users.";
    private const string MayNotAdmin =
        "Only somebody with all of an administrator's permissions can create, change or reactivate administrators.";

    public async Task<IReadOnlyList<UserRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
        [
            .. (await registry.Users.AsNoTracking().OrderBy(u => u.NormalizedUserName).ThenBy(u => u.Id).ToListAsync(cancel)).Select(RowOf),
        ];
    }

    /// <summary>Some of the users, by user name. The search finds user names, names and addresses.</summary>
    public async Task<PageOf<UserRow>> PageAsync(PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var users = registry.Users.AsNoTracking();
        if (page.Search is { } text)
        {
            var key = User.KeyOf(text);
            users = users.Where(u => u.NormalizedUserName!.Contains(key) || u.NormalizedEmail!.Contains(key) || u.Name!.Contains(text));
        }

        var total = await users.CountAsync(cancel);
        var rows = await users.OrderBy(u => u.NormalizedUserName).ThenBy(u => u.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. rows.Select(RowOf)], total);
    }

    public async Task<UserRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancel) is { } user ? RowOf(user) : null;
    }

    /// <summary>Adds the user, or changes the one the form names.</summary>
    public Task<Outcome<UserRow>> SaveAsync(UserForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        if (form.Id is null && PasswordRules.Refuse(form.Password ?? "", form.Username, form.Name, form.Email) is { } reason)
        {
            reasons.TryAdd(nameof(form.Password), reason);
        }
        else if (form is { Id: not null, Password.Length: > 0 })
        {
            reasons.TryAdd(nameof(form.Password), "A password can't be changed here. Reset it instead.");
        }

        if (form.Permissions?.FirstOrDefault(p => !Permissions.All.Contains(p)) is { } unknown)
        {
            reasons.TryAdd(nameof(form.Permissions), $"Unknown permission {unknown}. Allowed: {string.Join(", ", Permissions.All)}.");
        }

        return reasons.Count > 0
            ? Task.FromResult<Outcome<UserRow>>(new Outcome<UserRow>.Invalid(reasons))
            : WriteAsync(form.Id, form.Version, (registry, user) => ApplyAsync(registry, user, form, cancel), cancel);
    }

    /// <summary>Gives the user another password. He is signed out everywhere, and no longer locked.</summary>
    public Task<Outcome<UserRow>> ResetPasswordAsync(int id, PasswordForm form, CancellationToken cancel) =>
        WriteAsync(
            id,
            null,
            async (registry, user) =>
            {
                if (PasswordRules.Refuse(form.Password, user.UserName, user.Name, user.Email) is { } reason)
                {
                    return new(nameof(form.Password), reason);
                }

                user.TakePassword(hasher.HashPassword(user, form.Password));
                await registry.RemoveSessionsAsync(id, cancel);
                return null;
            },
            cancel
        );

    /// <summary>Ends all sessions of the user.</summary>
    public Task<Outcome<UserRow>> SignOutEverywhereAsync(int id, CancellationToken cancel) =>
        WriteAsync(
            id,
            null,
            async (registry, user) =>
            {
                user.EndSessions();
                await registry.RemoveSessionsAsync(id, cancel);
                return null;
            },
            cancel
        );

    /// <summary>Deletes the user with his sessions and API keys, for good. The history keeps his name. Nobody deletes himself.</summary>
    /// <param name="withBelongings">His conversations too, and what is like them; otherwise these are kept, to be given to somebody.</param>
    public Task<Outcome<UserRow>> DeleteAsync(int id, CancellationToken cancel, bool withBelongings = false) =>
        WriteAsync(
            id,
            null,
            async (registry, user) =>
            {
                if (id == caller.Id)
                {
                    return new("", "You can't delete yourself. Ask another administrator.");
                }

                // The database would take these away by itself, but not into the history.
                await registry.RemoveSessionsAsync(id, cancel);
                await ApiKeyService.RemoveOfUserAsync(registry, id, cancel);
                foreach (var of in withBelongings ? belongings : [])
                {
                    await of.DeleteAsync(registry, id.ToString(CultureInfo.InvariantCulture), cancel);
                }

                registry.Remove(user);
                return null;
            },
            cancel
        );

    /// <summary>One unit of work in which nobody else writes, so that rules over several users still hold when it is saved.</summary>
    /// <param name="id">Null for a new user.</param>
    /// <param name="version">Null where the newest version is meant, whichever it is.</param>
    private async Task<Outcome<UserRow>> WriteAsync(
        int? id,
        int? version,
        Func<RegistryDbContext, User, Task<Outcome<UserRow>.Invalid?>> change,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(Policies.ManageUsers))
        {
            return new Outcome<UserRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var user = id is null
            ? new User { CreatedAt = clock.GetUtcNow() }
            : await registry.Users.SingleOrDefaultAsync(u => u.Id == id, cancel);
        if (user is null)
        {
            return new Outcome<UserRow>.NotFound();
        }

        if (version is { } read && id is not null && user.Version != read)
        {
            return new Outcome<UserRow>.Conflict(RowOf(user));
        }

        var (wasKeeper, had) = (
            user.IsKeeper(),
            id is null ? (IReadOnlySet<string>)new HashSet<string>() : User.PermissionsOf(user.Role, user.Permissions)
        );
        if (await change(registry, user) is { } refused)
        {
            return refused;
        }

        if (WhyNot(user, had) is { } stronger)
        {
            return stronger;
        }

        var isDeleted = registry.Entry(user).State == EntityState.Deleted;
        if (wasKeeper && (isDeleted || !user.IsKeeper()) && !await registry.HasKeeperBesideAsync(user.Id, cancel))
        {
            return new Outcome<UserRow>.Invalid(
                isDeleted ? ""
                    : user.IsActive ? nameof(user.Role)
                    : nameof(user.IsActive),
                UserRules.LastKeeper
            );
        }

        if (id is null)
        {
            registry.Add(user);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogWritten(user.Id, user.Version);
        return new Outcome<UserRow>.Ok(RowOf(user));
    }

    /// <summary>Whether the user has, or had, something that the caller has not.</summary>
    private Outcome<UserRow>.Invalid? WhyNot(User user, IReadOnlySet<string> had)
    {
        var (own, extra) = (caller.Permissions, user.ExtraPermissions());
        return
            Permissions.All.FirstOrDefault(p =>
                !own.Contains(p) && (had.Contains(p) || User.PermissionsOf(user.Role, user.Permissions).Contains(p))
            )
                is not { } lacked
            ? null
            : new(
                extra.Contains(lacked) ? nameof(user.Permissions) : nameof(user.Role),
                had.Count == Permissions.All.Count || user.Role == UserRole.Admin
                    ? MayNotAdmin
                    : $"You can't change {user.UserName}, who has or would get {lacked}, because you don't have that permission yourself."
            );
    }

    private async Task<Outcome<UserRow>.Invalid?> ApplyAsync(RegistryDbContext registry, User user, UserForm form, CancellationToken cancel)
    {
        var key = User.KeyOf(form.Username);
        if (await registry.Users.AnyAsync(u => u.NormalizedUserName == key && u.Id != user.Id, cancel))
        {
            return new(nameof(form.Username), $"A user named {form.Username.Trim()} already exists.");
        }

        user.CallThem(form.Username, form.Name, form.Email);
        user.Role = form.Role;
        user.TakeExtraPermissions([.. form.Permissions ?? []]);
        if (user.IsActive && !form.IsActive && user.Id > 0)
        {
            user.EndSessions();
            await registry.RemoveSessionsAsync(user.Id, cancel);
        }

        user.IsActive = form.IsActive;
        if (form.Password is { Length: > 0 } password)
        {
            user.TakePassword(hasher.HashPassword(user, password));
        }

        return null;
    }

    private UserRow RowOf(User user) => UserRow.Of(user, clock.GetUtcNow());

    [LoggerMessage(LogLevel.Information, "User {UserId} was saved as version {Version}")]
    private partial void LogWritten(int userId, int version);
}
