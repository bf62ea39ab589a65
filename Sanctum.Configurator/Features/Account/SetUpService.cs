using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>Makes the first administrator: by the set-up link, or from the settings of an unattended installation.</summary>
public sealed partial class SetUpService(
    IDbContextFactory<RegistryDbContext> registries,
    IPasswordHasher<User> hasher,
    SetUpToken token,
    RegistryLocation location,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<SetUpService> log
)
{
    public const string UserNameSetting = "SANCTUM_ADMIN_USERNAME";
    public const string EmailSetting = "SANCTUM_ADMIN_EMAIL";
    public const string PasswordSetting = "SANCTUM_ADMIN_PASSWORD";
    public const string ApiKeySetting = "SANCTUM_API_KEY";

    /// <summary>
    /// The owner of <see cref="ApiKeySetting"/> where no user name is given. Nobody can sign in as him until he has a password.
    /// </summary>
    public const string KeyOwnerName = "admin";

    private const int ApiKeyMinimum = 32;
    private const int ApiKeyMaximum = 512;

    /// <summary>The file that repeats the link, for consoles whose output nobody sees.</summary>
    public string LinkFile => Path.Combine(location.DataDirectory, "setup-link.txt");

    /// <summary>Whether nobody can sign in with a password yet.</summary>
    public async Task<bool> IsNeededAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await IsNeededAsync(registry, cancel);
    }

    /// <summary>Whether this token opens the set-up now.</summary>
    public async Task<bool> IsOpenAsync(string? given, CancellationToken cancel) => token.Matches(given) && await IsNeededAsync(cancel);

    /// <summary>The first administrator, once.</summary>
    /// <returns>Missing where the token does not open the set-up, or no longer.</returns>
    public async Task<Outcome<User>> CreateFirstAsync(string? given, SetUpForm form, CancellationToken cancel)
    {
        if (!token.Matches(given))
        {
            return new Outcome<User>.NotFound();
        }

        var reasons = FormRules.Check(form);
        if (PasswordRules.Refuse(form.Password, form.UserName, form.Email) is { } reason)
        {
            reasons.TryAdd(nameof(form.Password), reason);
        }

        if (reasons.Count > 0)
        {
            return new Outcome<User>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);

        // Nobody else writes until the commit, so of two who hold the link one comes second and finds the door shut.
        await registry.BeginWritingAsync(cancel);
        if (!await IsNeededAsync(registry, cancel))
        {
            return new Outcome<User>.NotFound();
        }

        var key = User.KeyOf(form.UserName);
        if (await registry.Users.SingleOrDefaultAsync(u => u.NormalizedUserName == key, cancel) is not { } user)
        {
            user = new User { CreatedAt = clock.GetUtcNow() };
            registry.Add(user);
        }

        registry.Reason = "the first administrator, by the set-up link";
        user.CallThem(form.UserName, user.Name, form.Email);
        (user.Role, user.IsActive) = (UserRole.Admin, true);
        user.TakePassword(hasher.HashPassword(user, form.Password));
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        token.Spend();
        File.Delete(LinkFile);
        LogFirst(user.Id);
        return new Outcome<User>.Ok(user);
    }

    /// <summary>
    /// On a registry without users, the administrator and the key that the settings name; otherwise nothing. A key alone belongs to a new
    /// administrator without a password, and the set-up link stays open for a person.
    /// </summary>
    /// <exception cref="StartRefusedException">A setting is not good enough; the console must not start.</exception>
    public async Task CreateUnattendedAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (userName, password, apiKey) = (Setting(UserNameSetting), Setting(PasswordSetting), Setting(ApiKeySetting));
        if ((userName ?? password ?? apiKey) is null)
        {
            return;
        }

        await registry.BeginWritingAsync(cancel);
        if (await registry.Users.AnyAsync(cancel))
        {
            return;
        }

        var email = Setting(EmailSetting);
        CheckUnattended(userName, email, password, apiKey);
        var user = new User { Role = UserRole.Admin, CreatedAt = clock.GetUtcNow() };
        user.CallThem(userName ?? KeyOwnerName, null, email);
        user.EndSessions();
        if (password is not null)
        {
            user.TakePassword(hasher.HashPassword(user, password));
        }

        registry.Add(user);
        await registry.SaveChangesAsync(cancel);
        if (apiKey is not null)
        {
            registry.Add(
                new ApiKey
                {
                    UserId = user.Id,
                    Name = "first key",
                    Prefix = ApiKey.PrefixOf(apiKey),
                    KeyHash = Tokens.HashOf(apiKey),
                    Scopes = string.Join(' ', Permissions.All),
                    CreatedAt = clock.GetUtcNow(),
                }
            );
            await registry.SaveChangesAsync(cancel);
        }

        await registry.CommitWritingAsync(cancel);
        LogUnattended(user.Id);
    }

    private static Task<bool> IsNeededAsync(RegistryDbContext registry, CancellationToken cancel) =>
        registry.Users.AllAsync(u => u.PasswordHash == null, cancel);

    private static void CheckUnattended(string? userName, string? email, string? password, string? apiKey)
    {
        if (password is not null && userName is null)
        {
            throw new StartRefusedException($"{PasswordSetting} is set but {UserNameSetting} is not. Set both.");
        }

        if (userName is not null && password is null && apiKey is null)
        {
            throw new StartRefusedException(
                $"{UserNameSetting} is set, but neither {PasswordSetting} nor {ApiKeySetting} is. Set one of them, so that the administrator can sign in."
            );
        }

        var form = new SetUpForm
        {
            UserName = userName ?? KeyOwnerName,
            Email = email,
            Password = password ?? "-",
            Repeated = password ?? "-",
        };
        var reasons = FormRules.Check(form);
        Refuse(UserNameSetting, reasons.GetValueOrDefault(nameof(form.UserName)));
        Refuse(EmailSetting, reasons.GetValueOrDefault(nameof(form.Email)));
        Refuse(PasswordSetting, password is null ? null : PasswordRules.RefuseUnquoted(password, userName, email));
        Refuse(
            ApiKeySetting,
            apiKey switch
            {
                null => null,
                { Length: < ApiKeyMinimum } => $"A key needs at least {ApiKeyMinimum} characters; this one has {apiKey.Length}.",
                { Length: > ApiKeyMaximum } => $"A key may have at most {ApiKeyMaximum} characters; this one has {apiKey.Length}.",
                _ when apiKey.Any(c => c is <= ' ' or > '~') => "A key can only contain visible ASCII characters without spaces.",
                _ => null,
            }
        );
    }

    private static void Refuse(string setting, string? reason)
    {
        if (reason is not null)
        {
            throw new StartRefusedException($"{setting} is not accepted. {reason}");
        }
    }

    private string? Setting(string name) => configuration[name] is { Length: > 0 } value ? value : null;

    [LoggerMessage(LogLevel.Information, "The first administrator was created with the set-up link: user {UserId}")]
    private partial void LogFirst(int userId);

    [LoggerMessage(
        LogLevel.Information,
        "The first administrator was created from the settings of an unattended installation: user {UserId}"
    )]
    private partial void LogUnattended(int userId);
}
