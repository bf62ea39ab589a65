namespace Sanctum.Configurator.Features.Account;

/// <summary>What a person types to sign in.</summary>
public sealed class LogInForm
{
    public string UserName { get; set; } = "";

    public string Password { get; set; } = "";
}
