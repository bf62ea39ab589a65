using System.CommandLine;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Users;

/// <summary>
/// The command <c>user</c>, for the day when no administrator can sign in. Only the list and a generated password go to the output, so that
/// <c>$(…)</c> takes them; what is asked and said goes to the errors.
/// </summary>
public static class UserCommands
{
    public static Command User(Func<IServiceProvider> services) =>
        new("user", "Lists users and restores their access.") { List(services), ResetPassword(services), SetRole(services) };

    private static Command List(Func<IServiceProvider> services)
    {
        var list = new Command("list", "Lists the users: user name, role, state, last sign-in in UTC.");
        list.SetAction(
            async (parsed, cancel) =>
            {
                await using var scope = await OpenAsync(services(), cancel);
                var users = await RecoveryIn(scope).ListAsync(cancel);
                var width = users.Select(u => u.UserName.Length).DefaultIfEmpty(0).Max();
                foreach (var user in users)
                {
                    var lastLogin = user.LastLogin?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never";
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(
                        $"{user.UserName.PadRight(width)}  {EnumText<UserRole>.Of(user.Role), -6}  {user.State.ToLowerInvariant(), -11}  {lastLogin}"
                    );
                }

                return 0;
            }
        );
        return list;
    }

    private static Command ResetPassword(Func<IServiceProvider> services)
    {
        var name = UserName();
        var generate = new Option<bool>("--generate") { Description = "Generates a strong password and prints it once." };
        var activate = new Option<bool>("--activate") { Description = "Activates an inactive user." };
        var reset = new Command("reset-password", "Sets a user's password, read from standard input; ends a lockout and all sessions.")
        {
            name,
            generate,
            activate,
        };
        reset.SetAction(
            async (parsed, cancel) =>
            {
                var console = parsed.InvocationConfiguration;
                await using var scope = await OpenAsync(services(), cancel);
                var user = await GetAsync(scope, parsed.GetValue(name)!, cancel);
                var isGenerated = parsed.GetValue(generate);
                string?[] names = [user.UserName, user.Name, user.Email];
                var password = isGenerated
                    ? GeneratedPassword.New(names)
                    : await scope.ServiceProvider.GetRequiredService<TypedPassword>().ReadAsync(console.Error, cancel);
                if (PasswordRules.RefuseUnquoted(password, names) is { } reason)
                {
                    throw new InvalidOperationException($"The password of {user.UserName} was not changed. {reason}");
                }

                var changed = await RecoveryIn(scope).ResetPasswordAsync(user.Id, password, parsed.GetValue(activate), cancel);
                if (isGenerated)
                {
                    await console.Output.WriteLineAsync(password);
                }

                await console.Error.WriteLineAsync(
                    $"The password of {user.UserName} was reset. All sessions were ended.{Besides(user, changed)}"
                );
                return 0;
            }
        );
        return reset;
    }

    private static Command SetRole(Func<IServiceProvider> services)
    {
        var name = UserName();
        var role = new Argument<string>("ROLE") { Description = "What the user may do." };
        role.AcceptOnlyFromAmong([.. EnumText<UserRole>.All]);
        var set = new Command("set-role", "Changes a user's role. It takes effect on open pages within two seconds.") { name, role };
        set.SetAction(
            async (parsed, cancel) =>
            {
                await using var scope = await OpenAsync(services(), cancel);
                var user = await GetAsync(scope, parsed.GetValue(name)!, cancel);
                var word = parsed.GetValue(role)!;
                await RecoveryIn(scope).SetRoleAsync(user.Id, EnumText<UserRole>.Parse(word), cancel);
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"{user.UserName} now has the role {word}.");
                return 0;
            }
        );
        return set;
    }

    private static Argument<string> UserName() =>
        new("NAME") { Description = "The user name, as `user list` prints it; case does not matter." };

    private static string Besides(UserRow before, UserRow now) =>
        (before, now) switch
        {
            (_, { IsActive: false }) => $" {now.UserName} is inactive and can't sign in. Run the command again with --activate.",
            ({ IsActive: false }, _) => $" {now.UserName} was activated.",
            ({ LockedUntil: not null }, _) => " The lockout was ended.",
            _ => "",
        };

    private static async Task<AsyncServiceScope> OpenAsync(IServiceProvider services, CancellationToken cancel)
    {
        await RegistryCommands.RequireMigratedAsync(services, cancel);
        var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Actor = Actor.CommandLine;
        return scope;
    }

    private static UserRecovery RecoveryIn(AsyncServiceScope scope) =>
        ActivatorUtilities.CreateInstance<UserRecovery>(scope.ServiceProvider);

    /// <exception cref="InvalidOperationException">There is no such user.</exception>
    private static async Task<UserRow> GetAsync(AsyncServiceScope scope, string name, CancellationToken cancel)
    {
        var users = await RecoveryIn(scope).ListAsync(cancel);
        var key = Registry.Users.User.KeyOf(name);
        if (users.FirstOrDefault(u => Registry.Users.User.KeyOf(u.UserName) == key) is { } user)
        {
            return user;
        }

        if (users.Count == 0)
        {
            throw new InvalidOperationException("There are no users yet. Start the console and open the set-up link that it prints.");
        }

        var likely = NearestName.Find(name, users.Select(u => u.UserName));
        throw new InvalidOperationException(
            $"User {name} not found.{(likely is null ? "" : $" Did you mean {likely}?")} Run `user list` to list all users."
        );
    }
}
