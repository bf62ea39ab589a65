using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Broca;
using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Features.Messaging.Broca.Instances;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

public sealed class BrocaPageTests : KitContext
{
    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_file_is_chosen_looked_through_imported_and_taken_back()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Odd();
        await PlaceAsync(world, Policies.ManageMessages);
        var page = Render<BrocaPage>();
        page.WaitForAssertion(() => Assert.NotNull(page.Find("input[type=file]")), Patience);

        page.FindComponent<InputFile>()
            .UploadFiles(InputFileContent.CreateFromBinary(await File.ReadAllBytesAsync(file.FilePath, Cancel), "sanctum.db"));
        page.WaitForAssertion(() => Assert.Equal(4, Rows(page, "Rows by table")), Patience);
        Assert.Equal(12, Rows(page, "Odd rows"));
        Assert.Equal((0, 0, 0, 0), await world.CountAsync());
        Write(page, "Source", "athena");
        page.WaitForAssertion(() => Assert.False(Button(page, "Import").HasAttribute("disabled")), Patience);
        await PressAsync(page, "Import");
        page.WaitForAssertion(
            () =>
            {
                world.Registry.Clock.Advance(TimeSpan.FromSeconds(1));
                Assert.Contains("All checksums are equal.", page.Markup, StringComparison.Ordinal);
            },
            Patience
        );

        Assert.Equal((3, 3, 5, 6), await world.CountAsync());
        await OpenAsync(page, "Imports made");
        page.WaitForAssertion(() => Assert.Equal(1, Rows(page, "Imports")), Patience);
        await page.InvokeAsync(() => page.Find("button[aria-label^='Undo the import of athena']").Click());
        Overlays.WaitForAssertion(() => Button(Overlays, "Undo import").Click(), Patience);
        page.WaitForAssertion(
            () => Assert.Contains("Undone", page.Find("table[aria-label='Imports']").TextContent, StringComparison.Ordinal),
            Patience
        );
        Assert.Equal((0, 0, 0, 0), await world.CountAsync());
    }

    [Fact]
    public async Task A_file_that_is_none_is_refused_in_words()
    {
        await using var world = await BrocaWorld.CreateAsync();
        await PlaceAsync(world, Policies.ManageMessages);
        var page = Render<BrocaPage>();
        page.WaitForElement("input[type=file]", Patience);

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("nothing of the kind, at some length", "sanctum.db"));

        page.WaitForAssertion(
            () => Assert.Contains("not a SQLite database", page.Find("[role=alert]").TextContent, StringComparison.Ordinal),
            Patience
        );
        Assert.Empty(page.FindAll("input[name=Path]"));
    }

    [Fact]
    public async Task The_report_of_an_import_shows_what_was_kept_aside()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Odd();
        await world.ImportAsync(file);
        await PlaceAsync(world, Policies.ManageMessages);
        var page = Render<BrocaPage>();
        await OpenAsync(page, "Imports made");
        page.WaitForAssertion(() => Button(page, "athena").Click(), Patience);

        Overlays.WaitForAssertion(() => Assert.Equal(7, Rows(Overlays, "Kept aside")), Patience);
        Assert.True(HasButton(Overlays, "Download what was kept aside"));
    }

    [Fact]
    public async Task A_Broca_is_shown_and_its_entries_are_requeued_and_its_settings_saved()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Odd();
        var folder = world.Place(
            file,
            "athena",
            """{"message_mode": "listen", "plugins": {"telegram_bot": {"enabled": true}}}""",
            "AGENT_ID=agent-1\nAGENT_API_KEY=canary\n"
        );
        await PlaceAsync(world, Policies.ManageMessages, Policies.Everything);
        var page = Render<BrocaPage>();
        await OpenAsync(page, "Brocas here");
        page.WaitForAssertion(
            () => Assert.Contains("attempted again and again, up to 4,711 times", page.Markup, StringComparison.Ordinal),
            Patience
        );
        Assert.DoesNotContain("canary", page.Markup, StringComparison.Ordinal);

        await PressAsync(page, "Queue of athena…");
        Overlays.WaitForAssertion(() => Assert.Equal(4, Rows(Overlays, "Open entries")), Patience);
        await PressAsync(Overlays, "Requeue entry 5");
        Overlays.WaitForAssertion(() => Assert.Contains("1 of 1 entry queued again.", Overlays.Markup, StringComparison.Ordinal), Patience);
        await PressAsync(Overlays, "Close");
        Overlays.WaitForAssertion(() => Assert.Empty(Overlays.FindAll("[role=dialog]")), Patience);
        await PressAsync(page, "Settings of athena…");
        Overlays.WaitForAssertion(
            () => Assert.Contains("still sends messages to the agent", Overlays.Markup, StringComparison.Ordinal),
            Patience
        );
        Choose(Overlays, "Mode", "echo");
        Write(Overlays, "AGENT_ID", "agent-2");
        await Overlays.Find("form").SubmitAsync();

        Overlays.WaitForAssertion(() => Assert.Empty(Overlays.FindAll("[role=dialog]")), Patience);
        Assert.Contains("\"echo\"", await File.ReadAllTextAsync(Path.Combine(folder, "settings.json"), Cancel), StringComparison.Ordinal);
        Assert.Equal("AGENT_ID=agent-2\nAGENT_API_KEY=canary\n", await File.ReadAllTextAsync(Path.Combine(folder, ".env"), Cancel));
    }

    [Fact]
    public async Task Who_may_not_everything_sees_no_button_that_would_refuse_them()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Odd();
        world.Place(file, "athena");
        await PlaceAsync(world, Policies.ManageMessages);
        var page = Render<BrocaPage>();

        await OpenAsync(page, "Brocas here");

        page.WaitForAssertion(() => Assert.True(HasButton(page, "Queue of athena…")), Patience);
        Assert.False(HasButton(page, "Settings of athena…") || HasButton(page, "Add a folder…"));
    }

    private static Task OpenAsync(IRenderedComponent<BrocaPage> page, string tab) =>
        page.InvokeAsync(() => page.FindAll("[role=tab]").Single(each => each.TextContent.Trim() == tab).Click());

    private static int Rows<T>(IRenderedComponent<T> page, string label)
        where T : IComponent => page.FindAll($"table[aria-label='{label}'] tbody tr").Count;

    private async Task PlaceAsync(BrocaWorld world, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<Signal<RunsChanged>>());
        Services.AddSingleton(scope.GetRequiredService<BrocaImports>());
        Services.AddSingleton(scope.GetRequiredService<BrocaInstances>());
        Reader.SetPolicies(policies);
        _ = Overlays;
    }
}
