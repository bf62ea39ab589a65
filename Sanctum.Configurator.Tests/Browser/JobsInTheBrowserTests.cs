using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed partial class JobsInTheBrowserTests(BrowserRun run, JobsInTheBrowserTests.SweepingConsole console)
    : BrowserTest(run),
        IClassFixture<JobsInTheBrowserTests.SweepingConsole>
{
    /// <summary>Goes on when the test says so, and fails when it says so.</summary>
    private const string Program = """
        #!/bin/sh
        echo "sweeping room 1"
        while [ ! -e "$SANCTUM_PATH/open" ]; do sleep 0.1; done
        [ ! -e "$SANCTUM_PATH/broken" ] || { echo "the broom is gone" >&2; exit 3; }
        echo "swept"
        """;

    private readonly DirectoryInfo _sanctum = Directory.CreateTempSubdirectory("sanctum-installation-");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _sanctum.Delete(recursive: true);
    }

    [Fact]
    public async Task A_job_is_made_run_by_hand_watched_broken_mended_and_paused()
    {
        await MakeToolAsync();
        var page = await OpenAsync(console, "/scheduled-jobs");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "New job…" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("Sweeping");
        await ChooseAsync(dialog.GetByRole(AriaRole.Combobox, new() { Name = "Runs" }), "Sweep · nightly");
        await dialog.GetByLabel("Schedule").FillAsync("30 2 * 3 0L");
        await dialog.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await Expect(dialog).ToContainTextAsync("03:00 instead of 02:30");
        await dialog.GetByLabel("Schedule").FillAsync("30 2 * 3 0#2");
        await dialog.GetByLabel("Time zone").FillAsync("America/New_York");
        await Expect(dialog).ToContainTextAsync("03:00 instead of 02:30");
        await dialog.GetByText("When things go wrong").ClickAsync();
        await dialog.GetByLabel("Time limit").FillAsync("0");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Enter a time from 1 second to a day");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByLabel("Time limit").FillAsync("120");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sweeping", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Sweeping");

        var job = new Uri(page.Url).PathAndQuery;
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await Expect(dialog.Locator("pre")).ToHaveTextAsync("sweeping room 1\n");
        await Expect(dialog).ToContainTextAsync("Running");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, IncludeHidden = true })).ToContainTextAsync("Running");
        Assert.Empty(await page.FindFaultsAsync());
        await File.WriteAllTextAsync(Path.Join(_sanctum.FullName, "open"), "", Cancel);
        await Expect(dialog).ToContainTextAsync("Succeeded");
        await Expect(dialog.Locator("pre")).ToContainTextAsync("swept");

        await File.WriteAllTextAsync(Path.Join(_sanctum.FullName, "broken"), "", Cancel);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("the broom is gone");
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Failing");
        var bell = page.GetByLabel("Notifications, ");
        await bell.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("Sweeping failed") }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("the broom is gone");
        await Expect(page).ToHaveURLAsync(OfARun());
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page).Not.ToHaveURLAsync(OfARun());

        File.Delete(Path.Join(_sanctum.FullName, "broken"));
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Open run") }).First.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Succeeded");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Paused");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Runs" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        Assert.Empty(await page.FindFaultsAsync());

        foreach (var path in new[] { "/scheduled-jobs", "/scheduled-jobs?tab=coming", "/scheduled-jobs?tab=runs" })
        {
            await page.GotoAsync(new Uri(console.Address, path).ToString());
            await Expect(page.GetByRole(AriaRole.Main).GetByText("Sweeping").First).ToBeVisibleAsync();
            Assert.Empty(await page.FindFaultsAsync());
        }

        var looking = await OpenAsync(console, job, BrowserConsole.Vera);
        await Expect(looking.GetByRole(AriaRole.Table, new() { Name = "Runs" })).ToBeVisibleAsync();
        await Expect(looking.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^(Run now|Pause|Resume|Edit|More for)") }))
            .ToHaveCountAsync(0);
    }

    [GeneratedRegex("[?&]run=[0-9]+")]
    private static partial Regex OfARun();

    /// <summary>Lets programs of the tests' folders run.</summary>
    public sealed class SweepingConsole : BrowserConsole
    {
        public override ValueTask InitializeAsync()
        {
            Set("Tools:CommandFolders:0", Path.GetTempPath());
            return base.InitializeAsync();
        }
    }

    private async Task MakeToolAsync()
    {
        var program = Path.Join(_sanctum.CreateSubdirectory("bin").FullName, "sweep");
        await File.WriteAllTextAsync(program, Program, Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await SaveAsync(console, new { sanctum_base_path = _sanctum.FullName });
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var tool = await (await root.SendAsync(HttpMethod.Post, "/api/tools", new { name = "Sweep" })).Content.ReadFromJsonAsync<JsonNode>(
            Cancel
        );
        using var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/tool-instances",
            new
            {
                tool_id = (int)tool!["id"]!,
                name = "nightly",
                config = new
                {
                    kind = "command",
                    program,
                    arguments = Array.Empty<string>(),
                },
            }
        );
        Assert.True(made.IsSuccessStatusCode);
        using var other = await root.SendAsync(
            HttpMethod.Post,
            "/api/jobs",
            new
            {
                name = "Other Sweeping",
                cron_expression = "0 */6 * * *",
                action = "back_up",
            }
        );
        Assert.True(other.IsSuccessStatusCode);
    }
}
