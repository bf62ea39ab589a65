using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>
/// A console for the tests of one class. Each person signs in once, by the form; the cookies are used again. Beside the first
/// administrator there are ada, who is one too, and vera, who may read.
/// </summary>
public sealed class BrowserConsole : ConsoleServer
{
    public const string Ada = "ada";
    public const string Vera = "vera";

    private readonly Dictionary<string, string> _states = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await AddUserAsync(Ada, "admin");
        await AddUserAsync(Vera, "viewer");
    }

    public async Task<string> StateOfAsync(BrowserRun run, string who)
    {
        if (!_states.TryGetValue(who, out var state))
        {
            await using var context = await run.NewContextAsync();
            await SignInAsync(await context.NewPageAsync(), Address, who);
            _states[who] = state = await context.StorageStateAsync();
        }

        return state;
    }

    /// <summary>Signs in by the form.</summary>
    public static async Task SignInAsync(IPage page, Uri console, string who)
    {
        await page.GotoAsync(new Uri(console, "/account/login").ToString());
        await page.GetByLabel("User name").FillAsync(who);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "System Settings" })).ToBeVisibleAsync();
    }
}
