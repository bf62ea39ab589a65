using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>A test with people in front of browsers. What they saw and did when it failed is kept beside the tests: a
/// picture of each page, and of each browser a trace for Playwright's viewer where <c>SANCTUM_TEST_TRACE</c> is set.</summary>
[Collection(BrowserRun.Name)]
[Trait("Needs", "Browser")]
public abstract class BrowserTest(BrowserRun run) : IAsyncLifetime
{
    private static readonly bool IsTraced = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SANCTUM_TEST_TRACE"));

    private readonly List<IBrowserContext> _contexts = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual ValueTask InitializeAsync()
    {
        BrowserRun.SkipWhereThereIsNone();
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        var hasFailed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var context in _contexts)
        {
            foreach (var page in hasFailed ? context.Pages : [])
            {
                await page.ScreenshotAsync(new() { Path = $"{NameFor(context)}.png", FullPage = true });
            }

            if (IsTraced)
            {
                await context.Tracing.StopAsync(new() { Path = hasFailed ? $"{NameFor(context)}.zip" : null });
            }

            await BrowserRun.CloseAsync(context);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A page in which nobody is signed in.</summary>
    protected async Task<IPage> OpenAsStrangerAsync(int width = 1280, int height = 800) => await OpenAsync(null, width, height);

    /// <summary>A page of the console in which this person is signed in, with its circuit.</summary>
    protected async Task<IPage> OpenAsync(
        BrowserConsole console,
        string path,
        string who = ConsoleServer.Administrator,
        Func<IPage, Task>? before = null
    )
    {
        var page = await OpenAsync(await console.StateOfAsync(run, who), 1280, 800);
        await (before?.Invoke(page) ?? Task.CompletedTask);
        await page.GotoAsync(new Uri(console.Address, path).ToString());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        return page;
    }

    /// <summary>A setting's field, by its exact label.</summary>
    protected static ILocator Field(IPage page, string label) => page.GetByLabel(label, new() { Exact = true });

    /// <summary>Chooses in a list of the library's, which opens over the page.</summary>
    protected static async Task ChooseAsync(ILocator field, string option)
    {
        await field.ClickAsync();
        await field.Page.GetByRole(AriaRole.Option, new() { Name = option }).First.ClickAsync();
        await Expect(field.Page.GetByRole(AriaRole.Listbox)).ToHaveCountAsync(0);
    }

    protected static ILocator SaveBar(IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Unsaved changes" });

    /// <summary>The value that is saved.</summary>
    protected static async Task<string> SavedAsync(ConsoleServer console, string column)
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var answer = await (await root.GetAsync("/api/settings")).Content.ReadFromJsonAsync<JsonNode>(Cancel);
        return $"{answer!["values"]![column]}";
    }

    protected static async Task SaveAsync(ConsoleServer console, object values)
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        Assert.True((await root.SendAsync(HttpMethod.Put, "/api/settings", values)).IsSuccessStatusCode);
    }

    /// <summary>Nothing is wider than the window, or than the dialog that it is in, once what moves has come to rest.</summary>
    protected static Task AssertFitsAsync(IPage page) =>
        page.WaitForFunctionAsync(
            "() => [document.documentElement, ...document.querySelectorAll('.mud-dialog-content')].every(box => box.scrollWidth <= box.clientWidth)"
        );

    /// <summary>Saves this server as the Letta server of the console.</summary>
    protected static Task ConnectAsync(ConsoleServer console, FakeLetta letta) =>
        SaveAsync(
            console,
            new
            {
                letta_server_address = "http://localhost",
                letta_server_port = letta.Port,
                letta_server_token = FakeLetta.Password,
            }
        );

    private async Task<IPage> OpenAsync(string? state, int width, int height)
    {
        var context = await run.NewContextAsync(state, width, height);
        _contexts.Add(context);
        if (IsTraced)
        {
            await context.Tracing.StartAsync(new() { Snapshots = true });
        }

        return await context.NewPageAsync();
    }

    private string NameFor(IBrowserContext context) =>
        Path.Combine(
            AppContext.BaseDirectory,
            "failed",
            $"{GetType().Name}.{TestContext.Current.TestMethod?.MethodName}-{_contexts.IndexOf(context)}"
        );
}
