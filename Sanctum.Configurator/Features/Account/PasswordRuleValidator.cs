using Microsoft.AspNetCore.Identity;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>The console's password rules, for whatever goes through Identity.</summary>
internal sealed class PasswordRuleValidator : IPasswordValidator<User>
{
    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password) =>
        Task.FromResult(
            PasswordRules.Refuse(password ?? "", user.UserName, user.Name, user.Email) is { } reason
                ? IdentityResult.Failed(new IdentityError { Code = "PasswordRefused", Description = reason })
                : IdentityResult.Success
        );
}
