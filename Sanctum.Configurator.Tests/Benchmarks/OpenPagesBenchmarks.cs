using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// What 500 open System Settings pages cost, and how they answer when each is clicked once a second. On demand, like
/// <see cref="ConsoleBenchmarks"/>. The pages are held by this process on the same machine, so their own work, about as much as a browser's
/// network thread would do, is taken from the console; the processor time of either is printed to tell them apart.
/// </summary>
public sealed class OpenPagesBenchmarks(ITestOutputHelper output)
{
    private const string Control = "setting-debug_mode";
    private const int AtOnce = 20;
    private const int WarmUp = 60;

    private static readonly int[] Counts = [1, 100, 500];
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly List<Circuit> _pages = [];
    private string _path = Urls.Settings;
    private string _control = Control;

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(Urls.Settings, Control)]
    [InlineData(Urls.Agents, "Select this page")]
    public async Task Memory_per_open_page(string path, string control)
    {
        (_path, _control) = (path, control);
        await using var console = await Published.ConsoleAsync();
        using var person = await SignInAsync(console);
        await Sqlite3.RunAsync(
            console.Registry,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO agents (name, description, status) SELECT 'Agent ' || i, 'Answers about the reading room', 'Ready' FROM n"
        );
        await OpenAsync(console, person, AtOnce);
        foreach (var count in Counts.Where(count => count > AtOnce))
        {
            var (before, opened) = (console.MemoryBytes, count - _pages.Count);
            await OpenAsync(console, person, count);
            output.WriteLine(
                Line(
                    $"{path}, memory per open page (of {opened} more than {count - opened}), kB: {(console.MemoryBytes - before) / 1e3 / opened:0}"
                )
            );
        }

        await LeaveAsync();
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Open_pages_at_a_click_a_second()
    {
        await using var console = await Published.ConsoleAsync();
        using var person = await SignInAsync(console);
        await OpenAsync(console, person, 1);
        for (var click = 0; click < WarmUp; click++)
        {
            await _pages[0].ChangeAsync(click % 2 == 0);
        }

        foreach (var count in Counts)
        {
            var (before, opened) = (console.MemoryBytes, count - _pages.Count);
            await OpenAsync(console, person, count);
            var (server, client) = (console.ProcessorTime, Environment.CpuUsage.TotalTime);
            var clicks = (await Task.WhenAll(_pages.Select((page, number) => ClickAsync(page, PhaseOf(number)))))
                .SelectMany(times => times)
                .ToList();
            Say(count, clicks, console.ProcessorTime - server, Environment.CpuUsage.TotalTime - client);
            output.WriteLine(Line($"{count} pages, memory of the console after it, MB: {console.MemoryBytes / 1e6:0}"));
            if (opened > 0)
            {
                output.WriteLine(
                    Line($"{count} pages, memory per page opened and clicked, kB: {(console.MemoryBytes - before) / 1e3 / opened:0}")
                );
            }
        }

        await LeaveAsync();
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Clicks_while_backups_are_made_and_drilled()
    {
        await using var console = await Published.ConsoleAsync();
        using var person = await SignInAsync(console);
        await EnlargeAsync(console.Registry);
        await OpenAsync(console, person, AtOnce);
        foreach (var isBackingUp in new[] { false, true })
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var backups = isBackingUp ? BackUpAgainAndAgainAsync(console, end.Token) : Task.FromResult(0);
            var (server, client) = (console.ProcessorTime, Environment.CpuUsage.TotalTime);
            var clicks = (await Task.WhenAll(_pages.Select((page, number) => ClickAsync(page, PhaseOf(number)))))
                .SelectMany(times => times)
                .ToList();
            await end.CancelAsync();
            output.WriteLine(Line($"backups made and drilled meanwhile: {await backups}"));
            Say(AtOnce, clicks, console.ProcessorTime - server, Environment.CpuUsage.TotalTime - client);
        }

        await LeaveAsync();
    }

    /// <summary>200 MB that compress as hexadecimal digits do.</summary>
    private static Task<string> EnlargeAsync(string registry) =>
        Sqlite3.RunAsync(
            registry,
            "CREATE TABLE ballast (id INTEGER PRIMARY KEY, text TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO ballast SELECT i, hex(randomblob(1000)) FROM n"
        );

    private static async Task<int> BackUpAgainAndAgainAsync(Published console, CancellationToken end)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ConsoleServer.FirstKey);
        var made = 0;
        while (!end.IsCancellationRequested)
        {
            var row = await (await http.PostAsJsonAsync("/api/backups", new { }, Cancel)).Content.ReadFromJsonAsync<JsonNode>(Cancel);
            while (row!["drilled_at"] is null)
            {
                await Task.Delay(BetweenLooks, Cancel);
                row = await http.GetFromJsonAsync<JsonNode>($"/api/backups/{row["id"]}", Cancel);
            }

            made++;
        }

        return made;
    }

    private static async Task<Caller> SignInAsync(Published console)
    {
        await console.StartAsync();
        var person = new Caller(console.Address, null);
        await person.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password);
        return person;
    }

    private async Task OpenAsync(Published console, Caller person, int count)
    {
        var page = new Uri(console.Address, _path);
        while (_pages.Count < count)
        {
            var some = Enumerable.Range(0, Math.Min(AtOnce, count - _pages.Count));
            _pages.AddRange(
                await Task.WhenAll(
                    some.Select(async _ => await Circuit.OpenAsync(page, await person.ReadAsync(_path), person.Cookies, _control))
                )
            );
        }
    }

    /// <summary>Scattered over the second as by chance, and the same each time: multiples of the golden ratio never crowd.</summary>
    private static TimeSpan PhaseOf(int page) => page * 0.6180339887 % 1 * Every;

    /// <summary>Clicks once a second from its moment on, but as a person does: never before the answer to the click before.</summary>
    /// <returns>What each click took; null where it failed, after which the page is left alone.</returns>
    private static async Task<List<TimeSpan?>> ClickAsync(Circuit page, TimeSpan phase)
    {
        var times = new List<TimeSpan?>();
        await Task.Delay(phase, Cancel);
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
            {
                times.Add(await page.ChangeAsync(times.Count % 2 == 0));
            } while (clock.Elapsed < Span && await timer.WaitForNextTickAsync(Cancel));

            if (times.Count % 2 != 0)
            {
                await page.ChangeAsync(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            TestContext.Current.SendDiagnosticMessage($"A page failed: {e}");
            times.Add(null);
        }

        return times;
    }

    private async Task LeaveAsync()
    {
        foreach (var page in _pages)
        {
            await page.DisposeAsync();
        }
    }

    private void Say(int pages, List<TimeSpan?> clicks, TimeSpan server, TimeSpan client)
    {
        var sorted = clicks.OfType<TimeSpan>().Select(time => time.TotalMilliseconds).Order().ToList();
        output.WriteLine(
            Line(
                $"{pages} pages, click to answer, ms: p50 {sorted[sorted.Count / 2]:0.#}, p99 {sorted[(int)((sorted.Count - 1) * 0.99)]:0.#}, max {sorted[^1]:0.#}, of {sorted.Count}; errors {clicks.Count - sorted.Count}"
            )
        );
        output.WriteLine(
            Line(
                $"{pages} pages, processor time per click, ms: console {server.TotalMilliseconds / clicks.Count:0.##}, this process {client.TotalMilliseconds / clicks.Count:0.##}; clicks asked for {pages * Span / Every:0}"
            )
        );
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
