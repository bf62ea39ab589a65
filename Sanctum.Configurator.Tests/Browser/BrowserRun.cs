using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>The one browser of a run. The tests that share it run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserRun : ICollectionFixture<BrowserRun>, IAsyncLifetime
{
    public const string Name = "Browser";

    /// <summary>Chromium without the parts that draw its own windows, which is much quicker, or else the whole of it.</summary>
    private static readonly string? Chromium = new[] { "/usr/bin/chromium-headless-shell", "/usr/bin/chromium" }.FirstOrDefault(
        File.Exists
    );

    /// <summary>How long something may take to appear on a busy machine, in milliseconds.</summary>
    private const float Patience = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static void SkipWhereThereIsNone() =>
        Assert.SkipWhen(Chromium is null, "No browser: there is neither /usr/bin/chromium-headless-shell nor /usr/bin/chromium.");

    public async ValueTask InitializeAsync()
    {
        if (Chromium is not null)
        {
            SetDefaultExpectTimeout(Patience);
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        }
    }

    /// <summary>A context as a person's own browser: no cookies but those of <paramref name="state"/>.</summary>
    public Task<IBrowserContext> NewContextAsync(string? state = null, int width = 1280, int height = 800)
    {
        SkipWhereThereIsNone();
        return _browser!.NewContextAsync(
            new()
            {
                StorageState = state,
                Locale = "en-GB",
                ReducedMotion = ReducedMotion.Reduce,
                ViewportSize = new() { Width = width, Height = height },
            }
        );
    }

    /// <summary>
    /// Leaves all pages before they are closed, as people do: a page that is left says so, and its circuit ends at once instead of being
    /// kept for its return.
    /// </summary>
    public static async Task CloseAsync(IBrowserContext context)
    {
        foreach (var page in context.Pages)
        {
            page.Dialog += (_, unsaved) => _ = unsaved.AcceptAsync();
            await page.GotoAsync("about:blank");
        }

        await context.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
