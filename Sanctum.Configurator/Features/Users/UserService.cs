using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Users;

/// <summary>
/// Adds and changes users. Only somebody with every permission of an administrator makes, changes or lets in an administrator, and the
/// last active administrator stays one.
/// </summary>
public sealed partial class UserService(
    IDbContextFactory<RegistryDbContext> registries, IPasswordHasher<User> hasher, CurrentUser caller, TimeProvider clock, ILogger<UserService> log)
{
    private const string MayNot = "You may not manage users.";
    private const string MayNotAdmin = "Only somebody with all of an administrator's permissions makes or changes administrators.";
    private const string LastAdmin = "This is the last active administrator who can sign in. Make another one first.";

    public async Task<IReadOnlyList<UserRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return [.. (await registry.Users.AsNoTracking().OrderBy(u => u.NormalizedUserName).ThenBy(u => u.Id).ToListAsync(cancel)).Select(RowOf)];
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
        if (form.Id is null && PasswordRules.Refuse(form.Password ?? "", form.UserName, form.Name, form.Email) is { } reason)
        {
            reasons.TryAdd(nameof(form.Password), reason);
        }
        else if (form is { Id: not null, Password.Length: > 0 })
        {
            reasons.TryAdd(nameof(form.Password), "The password of a user is not changed here, but reset.");
        }

        return reasons.Count > 0
            ? Task.FromResult<Outcome<UserRow>>(new Outcome<UserRow>.Refused(reasons))
            : WriteAsync(form.Id, form.Version, (registry, user) => ApplyAsync(registry, user, form, cancel), cancel);
    }

    /// <summary>Gives the user another password. He is signed out everywhere, and no longer locked.</summary>
    public Task<Outcome<UserRow>> ResetPasswordAsync(int id, PasswordForm form, CancellationToken cancel) => WriteAsync(id, null, async (registry, user) =>
    {
        if (PasswordRules.Refuse(form.Password, user.UserName, user.Name, user.Email) is { } reason)
        {
            return new(nameof(form.Password), reason);
        }

        user.TakePassword(hasher.HashPassword(user, form.Password));
        await registry.RemoveSessionsAsync(id, cancel);
        return null;
    }, cancel);

    /// <summary>Ends all sessions of the user.</summary>
    public Task<Outcome<UserRow>> SignOutEverywhereAsync(int id, CancellationToken cancel) => WriteAsync(id, null, async (registry, user) =>
    {
        user.EndSessions();
        await registry.RemoveSessionsAsync(id, cancel);
        return null;
    }, cancel);

    /// <summary>One unit of work in which nobody else writes, so that rules over several users still hold when it is saved.</summary>
    /// <param name="id">Null for a new user.</param>
    /// <param name="version">Null where the newest version is meant, whichever it is.</param>
    private async Task<Outcome<UserRow>> WriteAsync(
        int? id, int? version, Func<RegistryDbContext, User, Task<Outcome<UserRow>.Refused?>> change, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageUsers))
        {
            return new Outcome<UserRow>.Refused("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var user = id is null ? new User { CreatedAt = clock.GetUtcNow() } : await registry.Users.SingleOrDefaultAsync(u => u.Id == id, cancel);
        if (user is null)
        {
            return new Outcome<UserRow>.Missing();
        }

        if (version is { } read && id is not null && user.Version != read)
        {
            return new Outcome<UserRow>.Stale(RowOf(user));
        }

        var wasAdmin = user is { Role: UserRole.Admin, Id: > 0 };
        var wasKeeper = IsKeeper(user);
        if (await change(registry, user) is { } refused)
        {
            return refused;
        }

        if ((wasAdmin || user.Role == UserRole.Admin) && !Permissions.All.All(caller.Permissions.Contains))
        {
            return new Outcome<UserRow>.Refused(nameof(user.Role), MayNotAdmin);
        }

        if (wasKeeper && !IsKeeper(user) && !await registry.Users.AnyAsync(u => u.Id != id && u.Role == UserRole.Admin && u.IsActive && u.PasswordHash != null, cancel))
        {
            return new Outcome<UserRow>.Refused(user.IsActive ? nameof(user.Role) : nameof(user.IsActive), LastAdmin);
        }

        if (id is null)
        {
            registry.Add(user);
        }

        await registry.SaveChangesAsync(cancel);
        await registry.EndWritingAsync(cancel);
        await registry.Database.CommitTransactionAsync(cancel);
        LogWritten(user.Id, user.Version);
        return new Outcome<UserRow>.Done(RowOf(user));
    }

    private async Task<Outcome<UserRow>.Refused?> ApplyAsync(RegistryDbContext registry, User user, UserForm form, CancellationToken cancel)
    {
        var key = User.KeyOf(form.UserName);
        if (await registry.Users.AnyAsync(u => u.NormalizedUserName == key && u.Id != user.Id, cancel))
        {
            return new(nameof(form.UserName), $"Another user is already called {form.UserName.Trim()}.");
        }

        user.CallThem(form.UserName, form.Name, form.Email);
        user.Role = form.Role;
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

    /// <summary>Somebody who can still manage the console.</summary>
    private static bool IsKeeper(User user) => user is { Id: > 0, Role: UserRole.Admin, IsActive: true, PasswordHash: not null };

    private UserRow RowOf(User user) => new(
        user.Id, user.UserName ?? "", user.Name, user.Email, user.Role, user.IsActive, user.PasswordHash is not null,
        user.LockoutEnd > clock.GetUtcNow() ? user.LockoutEnd : null, user.LastLogin, user.CreatedAt, user.Version);

    [LoggerMessage(LogLevel.Information, "User {UserId} was saved as version {Version}")]
    private partial void LogWritten(int userId, int version);
}
