using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>
/// Changes the caller's own password. It takes no permission, but the present password: whoever has that could sign in and change it on
/// the page, so an API key of any scope may ask too and gains nothing by itself.
/// </summary>
public sealed partial class OwnPasswordService(
    IDbContextFactory<RegistryDbContext> registries,
    IPasswordHasher<User> hasher,
    Reauthentication reauthentication,
    LiveSessions live,
    CurrentUser caller,
    ILogger<OwnPasswordService> log
)
{
    /// <summary>
    /// Changes it and ends the caller's other sessions; without a session of his own, as with a key, all of them. Keys go on. A wrong
    /// present password counts towards the lockout; it is tried only where everything else is right.
    /// </summary>
    /// <returns>How the caller's own session goes on, for its cookie; null where he has none. Missing where his account is gone.</returns>
    public async Task<Outcome<SessionTicket?>> ChangeAsync(OwnPasswordForm form, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (caller.Id is not { } id || await registry.Users.SingleOrDefaultAsync(u => u.Id == id, cancel) is not { } user)
        {
            return new Outcome<SessionTicket?>.NotFound();
        }

        if (Check(form, user) is { Count: > 0 } reasons)
        {
            return new Outcome<SessionTicket?>.Invalid(reasons);
        }

        if (await reauthentication.RefuseAsync(form.CurrentPassword, cancel) is { } reason)
        {
            return new Outcome<SessionTicket?>.Invalid(nameof(form.CurrentPassword), reason);
        }

        user.TakePassword(hasher.HashPassword(user, form.NewPassword));
        var ticket = await KeepOwnSessionAsync(registry, user, cancel);
        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Outcome<SessionTicket?>.Invalid(
                "",
                "Your password was not changed, because your account or one of your sessions changed at the same time. Try again."
            );
        }

        LogChanged(id);
        return new Outcome<SessionTicket?>.Ok(ticket);
    }

    /// <summary>
    /// Ends the user's sessions but the caller's own, which goes on under a new token: the old one may be what was stolen.
    /// </summary>
    private async Task<SessionTicket?> KeepOwnSessionAsync(RegistryDbContext registry, User user, CancellationToken cancel)
    {
        var own = caller.Principal.SessionId();
        await registry.RemoveSessionsAsync(user.Id, cancel, except: own);
        if (await registry.Sessions.SingleOrDefaultAsync(s => s.Id == own && s.UserId == user.Id, cancel) is not { } session)
        {
            return null;
        }

        var token = Tokens.New();
        session.SessionToken = Tokens.HashOf(token);
        live.Expect(session.Id, user.SecurityStamp!);
        return new(token, user.SecurityStamp!, session.ExpiresAt);
    }

    private static Dictionary<string, string> Check(OwnPasswordForm form, User user)
    {
        var reasons = FormRules.Check(form);
        if (PasswordRules.Refuse(form.NewPassword, user.UserName, user.Name, user.Email) is { } reason)
        {
            reasons.TryAdd(nameof(form.NewPassword), reason);
        }
        else if (form.NewPassword == form.CurrentPassword)
        {
            reasons.TryAdd(nameof(form.NewPassword), "The new password must differ from your current password.");
        }

        if (form.Repeated is { } repeated && repeated != form.NewPassword)
        {
            reasons.TryAdd(nameof(form.Repeated), "The passwords don't match.");
        }

        return reasons;
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} changed his own password")]
    private partial void LogChanged(int userId);
}
