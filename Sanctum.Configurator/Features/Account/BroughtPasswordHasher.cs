using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Passwords;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>
/// Identity's hasher, which also takes the bcrypt hashes that users bring from the older configurator and asks for their replacement at
/// once. A published password does not open them, whether or not the import found it.
/// </summary>
internal sealed class BroughtPasswordHasher(IOptions<PasswordHasherOptions> options) : PasswordHasher<User>(options)
{
    public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        if (Bcrypt.CostOf(hashedPassword) is null)
        {
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }

        var isRight = Bcrypt.Verify(providedPassword, hashedPassword);
        return isRight && !PublishedDefaults.IsPassword(providedPassword, user.UserName)
            ? PasswordVerificationResult.SuccessRehashNeeded
            : PasswordVerificationResult.Failed;
    }
}
