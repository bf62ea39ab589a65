using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>
/// A console for the tests of one class. Each person signs in once, by the form; the cookies are used again. Beside the first
/// administrator there are ada, who is one too, and vera, who may read.
/// </summary>
public class BrowserConsole : ConsoleServer
{
    public const string Ada = "ada";
    public const string Vera = "vera";

    private readonly Dictionary<string, string> _states = [];
    private IPage? _page;

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

    /// <summary>
    /// The first administrator's page, one for all tests of the class that only look, so that a page is its own load and no more.
    /// </summary>
    public async Task<IPage> GoToAsync(BrowserRun run, string path)
    {
        _page ??= await (await run.NewContextAsync(await StateOfAsync(run, Administrator))).NewPageAsync();
        await _page.GotoAsync(new Uri(Address, path).ToString());
        await Expect(_page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        return _page;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_page is not null)
        {
            await BrowserRun.CloseAsync(_page.Context);
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Signs in by the form.</summary>
    public static async Task SignInAsync(IPage page, Uri console, string who)
    {
        await page.GotoAsync(new Uri(console, "/account/login").ToString());
        await page.GetByLabel("User name").FillAsync(who);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
    }
}
