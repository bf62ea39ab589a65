using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform.Passwords;

namespace Sanctum.Configurator.Features.Account;

/// <summary>The way in. Static: no circuit and no script before somebody is known.</summary>
public sealed partial class LogInPage
{
    private string? _refusal;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    public required SignInService SignIn { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [SupplyParameterFromForm(FormName = "log-in")]
    private LogInForm? Form { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    /// <summary>The session is over: it was ended, or it expired.</summary>
    [SupplyParameterFromQuery]
    private string? Ended { get; set; }

    /// <summary>The person signed out himself.</summary>
    [SupplyParameterFromQuery]
    private string? Left { get; set; }

    private string? Invalid => _refusal is null ? null : "true";

    private string? DescribedBy => _refusal is null ? null : "refusal";

    protected override void OnInitialized()
    {
        Form ??= new();
        if (Http.User.Identity?.IsAuthenticated == true && HttpMethods.IsGet(Http.Request.Method))
        {
            Navigation.NavigateTo(LocalUrl.Of(ReturnUrl));
        }
    }

    private async Task LogInAsync()
    {
        if (string.IsNullOrWhiteSpace(Form!.UserName) || Form.Password.Length is 0 or > PasswordRules.MaximumLength)
        {
            _refusal = "Enter your user name and password.";
            return;
        }

        if (await SignIn.CheckAsync(Form.UserName, Form.Password, Http.RequestAborted) is not { } user)
        {
            _refusal = SignInService.Refusal;
            return;
        }

        await SessionCookie.SignInAsync(Http, user);
        Navigation.NavigateTo(LocalUrl.Of(ReturnUrl));
    }
}
