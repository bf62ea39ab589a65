using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>Behind the set-up link: the first administrator, once. Afterwards the way to the log-in page.</summary>
public sealed partial class SetUpPage
{
    private bool _isOpen;
    private IReadOnlyDictionary<string, string> _reasons = new Dictionary<string, string>();

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    public required SetUpService SetUp { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [SupplyParameterFromForm(FormName = "set-up")]
    private SetUpForm? Form { get; set; }

    [SupplyParameterFromQuery]
    private string? Token { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Form ??= new();

        // The token is in the address, which must not travel on.
        Http.Response.Headers["Referrer-Policy"] = "no-referrer";
        _isOpen = await SetUp.IsOpenAsync(Token, Http.RequestAborted);
        if (_isOpen)
        {
            return;
        }

        if (await SetUp.IsNeededAsync(Http.RequestAborted))
        {
            // Not 404, for which the page of unknown addresses would stand in and the reader not learn where the link is.
            Http.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else
        {
            Navigation.NavigateTo(Urls.LogIn);
        }
    }

    private async Task CreateAsync()
    {
        switch (await SetUp.CreateFirstAsync(Token, Form!, Http.RequestAborted))
        {
            case Outcome<User>.Ok done:
                await SessionCookie.SignInAsync(Http, done.Value);
                Navigation.NavigateTo(Urls.Home);
                break;
            case Outcome<User>.Invalid refused:
                _reasons = refused.Reasons;
                break;
            default:
                Navigation.NavigateTo(Urls.LogIn);
                break;
        }
    }

    private string? ReasonOf(string field) => _reasons.GetValueOrDefault(field);
}
