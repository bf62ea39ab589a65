using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Preferences;

/// <summary>Everybody has preferences of his own, the theme among them, on both databases.</summary>
public sealed class KeepingPreferencesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_saved_is_read_again_and_nobody_elses_is_touched(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var (root, ursula) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ursula", UserRole.User));
        Assert.Equal((null, null, true, 0), Facts(await ReadAsync(registry, ursula)));

        var saved = await SavedAsync(
            registry,
            ursula,
            new()
            {
                Settings = new() { ["framework"] = "React", ["cols"] = 12 },
            }
        );
        Assert.Equal((null, null, true), (saved.PreferredStyle, saved.DarkMode, saved.UsesMemory));
        var again = saved.ToForm();
        (again.PreferredStyle, again.DarkMode, again.UsesMemory) = (" playful ", false, false);
        await SavedAsync(registry, ursula, again);

        var read = await ReadAsync(registry, ursula);
        Assert.Equal(("playful", false, false), (read.PreferredStyle, read.DarkMode!.Value, read.UsesMemory));
        Assert.Equal("""{"framework":"React","cols":12}""", Sorted(read.Settings));
        Assert.Equal(0, (await ReadAsync(registry, root)).Version);
        var told = await OfAsync(registry, ursula);
        Assert.Equal(("playful", false, false), (told.PreferredStyle, told.DarkMode!.Value, told.UsesMemory));
        Assert.Equal(new(null, null, "{}", true), await OfAsync(registry, root));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Who_comes_too_late_is_told_and_choosing_a_theme_is_never_too_late(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var ursula = await registry.AddUserAsync("ursula", UserRole.User);
        var first = await SavedAsync(registry, ursula, new() { PreferredStyle = "minimal", Version = 0 });

        Assert.IsType<Outcome<PreferencesView>.Conflict>(
            await CallAsync(registry, ursula, s => s.SaveAsync(new() { Version = 0 }, Cancel))
        );
        Assert.Null(await KeepAsync(registry, ursula, KeptTheme.Light));
        Assert.IsType<Outcome<PreferencesView>.Conflict>(await CallAsync(registry, ursula, s => s.SaveAsync(first.ToForm(), Cancel)));
        Assert.Equal(
            ("minimal", false),
            ((await ReadAsync(registry, ursula)).PreferredStyle, (await ReadAsync(registry, ursula)).DarkMode)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_theme_is_kept_for_every_device(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var ursula = await registry.AddUserAsync("ursula", UserRole.User);
        Assert.Null(await ThemeAsync(registry, ursula));

        foreach (
            var theme in new[] { KeptTheme.AsTheDevice, KeptTheme.Dark, KeptTheme.HighContrast, KeptTheme.Light, KeptTheme.AsTheDevice }
        )
        {
            Assert.Null(await KeepAsync(registry, ursula, theme));
            Assert.Equal(theme, await ThemeAsync(registry, ursula));
        }

        Assert.NotNull(await KeepAsync(registry, ursula, "pink"));
        Assert.Null((await ReadAsync(registry, ursula)).DarkMode);
        Assert.Empty((await ReadAsync(registry, ursula)).Settings);
    }

    [Theory]
    [InlineData("""{"a": {"b": 1, "c": [1]}}""", null)]
    [InlineData("""{"a": "b\u0000"}""", "NUL")]
    [InlineData("""{"a": 1e400}""", null)]
    public async Task Settings_are_checked(string json, string? problem)
    {
        await using var registry = await CreateAsync(TestDatabase.Sqlite);
        var ursula = await registry.AddUserAsync("ursula", UserRole.User);
        var form = new PreferencesForm { Settings = JsonNode.Parse(json)!.AsObject() };

        var outcome = await CallAsync(registry, ursula, service => service.SaveAsync(form, Cancel));

        Assert.Equal(problem is null, outcome is Outcome<PreferencesView>.Ok);
        Assert.Contains(problem ?? "", outcome.ProblemWith("") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_and_a_style_that_are_too_long_are_refused()
    {
        await using var registry = await CreateAsync(TestDatabase.Sqlite);
        var ursula = await registry.AddUserAsync("ursula", UserRole.User);
        var form = new PreferencesForm
        {
            PreferredStyle = new('x', 51),
            Settings = new() { ["a"] = new string('ü', 15_000) },
        };

        var refused = Assert.IsType<Outcome<PreferencesView>.Invalid>(await CallAsync(registry, ursula, s => s.SaveAsync(form, Cancel)));

        Assert.Equal(["PreferredStyle", "Settings"], refused.Reasons.Keys.Order());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_change_is_undone_from_the_history(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var (root, ursula) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ursula", UserRole.User));
        await SavedAsync(
            registry,
            ursula,
            new()
            {
                PreferredStyle = "minimal",
                DarkMode = true,
                Settings = new() { ["a"] = 1 },
            }
        );
        await SavedAsync(registry, ursula, new() { PreferredStyle = "loud", DarkMode = null });
        await using var context = registry.Open();
        var change = await context.Changes.OrderByDescending(c => c.Id).FirstAsync(c => c.TableName == "user_preferences", Cancel);

        await using var scope = await registry.CallAsAsync(root);
        Assert.IsType<Outcome<UndoPlan>.Ok>(
            await scope.ServiceProvider.GetRequiredService<HistoryUndo>().UndoAsync(change.Id, false, Cancel)
        );

        var read = await ReadAsync(registry, ursula);
        Assert.Equal(("minimal", true, """{"a":1}"""), (read.PreferredStyle, read.DarkMode!.Value, Sorted(read.Settings)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_other_programs_wrote_is_read_as_far_as_it_goes(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var ursula = await registry.AddUserAsync("ursula", UserRole.User);
        await registry.OutsideAsync($"INSERT INTO user_preferences (user_id, settings) VALUES ('{ursula.Id}', '[1]')");

        var read = await ReadAsync(registry, ursula);

        Assert.Equal(("minimal", true, 0, true), (read.PreferredStyle, read.DarkMode!.Value, read.Settings.Count, read.UsesMemory));
        Assert.Equal(KeptTheme.Dark, await ThemeAsync(registry, ursula));
    }

    /// <summary>PostgreSQL keeps the members of an object in an order of its own.</summary>
    private static string Sorted(JsonObject settings) =>
        new JsonObject(
            settings
                .OrderByDescending(each => each.Key, StringComparer.Ordinal)
                .Select(each => KeyValuePair.Create(each.Key, each.Value?.DeepClone()))
        ).ToJsonString();

    private static (string?, bool?, bool, int) Facts(PreferencesView view) =>
        (view.PreferredStyle, view.DarkMode, view.UsesMemory, view.Version);

    private static Task<TestRegistry> CreateAsync(TestDatabase database) =>
        TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddHistory().AddAgents().AddTools().AddTemplates().AddPreferenceServices();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );

    private static async Task<T> CallAsync<T>(TestRegistry registry, User who, Func<PreferencesService, Task<T>> act)
    {
        await using var scope = await registry.CallAsAsync(who);
        return await act(scope.ServiceProvider.GetRequiredService<PreferencesService>());
    }

    private static Task<PreferencesView> ReadAsync(TestRegistry registry, User who) => CallAsync(registry, who, s => s.ReadAsync(Cancel));

    private static async Task<PreferencesView> SavedAsync(TestRegistry registry, User who, PreferencesForm form) =>
        Assert.IsType<Outcome<PreferencesView>.Ok>(await CallAsync(registry, who, s => s.SaveAsync(form, Cancel))).Value;

    private static Task<PreferencesOfPerson> OfAsync(TestRegistry registry, User who) =>
        CallAsync(registry, who, s => s.OfAsync(who.Id.ToString(CultureInfo.InvariantCulture), Cancel));

    private static async Task<string?> ThemeAsync(TestRegistry registry, User who)
    {
        await using var scope = await registry.CallAsAsync(who);
        return await scope.ServiceProvider.GetRequiredService<KeptTheme>().FindAsync(Cancel);
    }

    private static async Task<string?> KeepAsync(TestRegistry registry, User who, string theme)
    {
        await using var scope = await registry.CallAsAsync(who);
        return await scope.ServiceProvider.GetRequiredService<KeptTheme>().KeepAsync(theme, Cancel);
    }
}
