using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Account;

/// <summary>A person's own password. Static, because the session's cookie is written anew, which a circuit can't.</summary>
public sealed partial class PasswordPage
{
    private IReadOnlyDictionary<string, string> _reasons = new Dictionary<string, string>();

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    public required OwnPasswordService Passwords { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [SupplyParameterFromForm(FormName = "password")]
    private OwnPasswordForm? Form { get; set; }

    /// <summary>The password was changed just now.</summary>
    [SupplyParameterFromQuery]
    private string? Changed { get; set; }

    protected override void OnInitialized() => Form ??= new();

    private async Task ChangeAsync()
    {
        // Not torn by leaving: whoever has a new password must get its cookie, or the refusal.
        switch (await Passwords.ChangeAsync(Form!, CancellationToken.None))
        {
            case Outcome<SessionTicket?>.Ok { Value: { } ticket }:
                await SessionCookie.GiveAsync(Http, ticket);
                Navigation.NavigateTo($"{Urls.Password}?changed=1");
                break;
            case Outcome<SessionTicket?>.Invalid refused:
                _reasons = refused.Reasons;
                break;
            default:
                Navigation.NavigateTo(Urls.LogIn);
                break;
        }
    }

    private string? ReasonOf(string field) => _reasons.GetValueOrDefault(field);
}
