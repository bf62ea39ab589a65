using System.Globalization;
using Microsoft.Playwright;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Server;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// Figures for docs/benchmarks.md, measured on demand on a machine that does nothing else:
/// <c>dotnet run -- --explicit only --filter-class "*ConsoleBenchmarks" --show-live-output on</c>. They print what they measure and judge
/// nothing.
/// </summary>
public sealed class ConsoleBenchmarks(ITestOutputHelper output)
{
    private const int Starts = 7;
    private const int Clicks = 200;

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Cold_start_and_idle_memory()
    {
        await using var console = await Published.ConsoleAsync();
        await using var bare = await Published.BareKestrelAsync();
        await console.StartAsync();
        await bare.StartAsync();

        var ours = new List<double>();
        var theirs = new List<double>();
        for (var round = 0; round < Starts; round++)
        {
            // In turn, so that a machine that grows slower slows both.
            ours.Add(await console.StartAsync());
            theirs.Add(await bare.StartAsync());
        }

        Say("cold start, published, ms", ours);
        Say("cold start of bare Kestrel, ms", theirs);
        Say("ratio, pair by pair", [.. ours.Zip(theirs, (a, b) => a / b)]);
        await using var browser = await OpenAsync();
        output.WriteLine(Line("memory after start, MB", console.MemoryBytes / 1e6));
        output.WriteLine(Line("memory of bare Kestrel after start, MB", bare.MemoryBytes / 1e6));
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Weight_of_pages_and_click_to_dom()
    {
        await using var console = await Published.ConsoleAsync();
        await console.StartAsync();
        await using var browser = await OpenAsync();
        var (logInBytes, logInRequests) = await WeighAsync(browser, null, new Uri(console.Address, Urls.LogIn));
        output.WriteLine(Line("log-in page, kB as sent", logInBytes / 1000.0) + $" in {logInRequests} requests");

        var state = await SignInAsync(browser, console.Address);
        var (bytes, requests) = await WeighAsync(browser, state, new Uri(console.Address, Urls.Settings));
        output.WriteLine(Line("system settings, first load, kB as sent", bytes / 1000.0) + $" in {requests} requests");

        var page = await (await browser.NewContextAsync(new() { StorageState = state })).NewPageAsync();
        await page.GotoAsync(new Uri(console.Address, Urls.Settings).ToString());
        await page.GetByLabel("Debug mode").WaitForAsync();
        var times = await page.EvaluateAsync<double[]>(
            """
            async clicks => {
              const control = document.getElementById('setting-debug_mode');
              const times = [];
              const isDirty = () => document.querySelector('.savebar') !== null;
              for (let i = 0; i < clicks; i++) {
                const wanted = !isDirty();
                const changed = new Promise(done => {
                  const watch = new MutationObserver(() => { if (isDirty() === wanted) { watch.disconnect(); done(); } });
                  watch.observe(document.body, { childList: true, subtree: true });
                });
                const start = performance.now();
                control.click();
                await changed;
                times.push(performance.now() - start);
              }
              return times.slice(20);
            }
            """,
            Clicks + 20
        );
        Say("click to DOM, ms", times);
    }

    private static async Task<IBrowser> OpenAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    private static async Task<string> SignInAsync(IBrowser browser, Uri address)
    {
        var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(address, Urls.LogIn).ToString());
        await page.GetByLabel("User name").FillAsync(ConsoleServer.Administrator);
        await page.GetByLabel("Password").FillAsync(ConsoleServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("Debug mode").WaitForAsync();
        return await context.StorageStateAsync();
    }

    /// <summary>The bytes on the wire, compressed and with headers, and the number of requests, of a first visit.</summary>
    private static async Task<(double Bytes, int Requests)> WeighAsync(IBrowser browser, string? state, Uri address)
    {
        var context = await browser.NewContextAsync(new() { StorageState = state });
        var page = await context.NewPageAsync();
        var wire = await context.NewCDPSessionAsync(page);
        await wire.SendAsync("Network.enable");
        var (bytes, requests) = (0.0, 0);
        wire.Event("Network.loadingFinished").OnEvent += (_, finished) =>
        {
            bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
            requests++;
        };
        await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await context.CloseAsync();
        return (bytes, requests);
    }

    private void Say(string what, IReadOnlyList<double> figures)
    {
        var sorted = figures.Order().ToList();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: min {sorted[0]:0.##}, median {sorted[sorted.Count / 2]:0.##}, p99 {sorted[(int)((sorted.Count - 1) * 0.99)]:0.##}, max {sorted[^1]:0.##}, of {sorted.Count}"
            )
        );
    }

    private static string Line(string what, double figure) => string.Create(CultureInfo.InvariantCulture, $"{what}: {figure:0.#}");
}
