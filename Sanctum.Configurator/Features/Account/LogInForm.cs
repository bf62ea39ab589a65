using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Account;

/// <summary>What a person types to sign in.</summary>
internal sealed class LogInForm
{
    [TextLimit(Lengths.Name)]
    public string UserName { get; set; } = "";

    [TextLimit(Lengths.Password)]
    public string Password { get; set; } = "";
}
