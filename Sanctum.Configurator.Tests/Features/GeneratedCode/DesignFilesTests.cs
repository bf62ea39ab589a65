using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.GeneratedCode;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.GeneratedCode;

/// <summary>The versions of the design system's files, on both databases.</summary>
public sealed class DesignFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Versions_are_counted_by_kind_and_the_active_ones_go_into_prompts(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        Assert.Equal(new(null, null), await PromptAsync(registry));

        var first = await ImportedAsync(registry, root, DesignFileKind.Catalog, "\uFEFF{\"components\": [\"Card\"]}");
        var tokens = await ImportedAsync(registry, root, DesignFileKind.Tokens, """{"color": {"primary": "#fff"}}""");
        var second = await ImportedAsync(registry, root, DesignFileKind.Catalog, """{"components": ["Card", "Hero"]}""");
        var kept = await ImportedAsync(registry, root, DesignFileKind.Catalog, "[]", activate: false);

        Assert.Equal([1, 1, 2, 3], new[] { first, tokens, second, kept }.Select(row => row.Number));
        Assert.Equal(new("""{"components":["Card","Hero"]}""", """{"color":{"primary":"#fff"}}"""), await PromptAsync(registry));
        await ActivateAsync(registry, root, first.Id, isActive: true);
        await ActivateAsync(registry, root, tokens.Id, isActive: false);
        Assert.Equal(new("""{"components":["Card"]}""", null), await PromptAsync(registry));
        var listed = await CallAsync(registry, root, service => service.ListAsync(DesignFileKind.Catalog, Cancel));
        Assert.Equal([(3, false), (2, false), (1, true)], listed.Select(row => (row.Number, row.IsActive)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_reader_or_a_database_would_understand_otherwise_is_refused(TestDatabase database)
    {
        await using var registry = await CreateAsync(database);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        await ImportedAsync(registry, root, DesignFileKind.Tokens, """{"a": 1}""");

        Assert.Contains(
            "color.primary: This appears twice.",
            await WhyNotAsync("""{"color": {"primary": 1, "primary": 2}}"""),
            StringComparison.Ordinal
        );
        Assert.Contains("nested too deeply", await WhyNotAsync(new string('[', 100) + new string(']', 100)), StringComparison.Ordinal);
        Assert.Contains("line 2", await WhyNotAsync("{\"a\": 1,\n // a comment\n}"), StringComparison.Ordinal);
        Assert.Contains("NUL", await WhyNotAsync("""{"a": "b\u0000"}"""), StringComparison.Ordinal);
        Assert.Contains("incomplete character", await WhyNotAsync("""{"a": "\ud800"}"""), StringComparison.Ordinal);
        Assert.Contains("too large", await WhyNotAsync("""{"a": 1e999999}"""), StringComparison.Ordinal);
        Assert.Contains("object in braces or a list", await WhyNotAsync("\"text\""), StringComparison.Ordinal);
        Assert.Contains("500,000", await WhyNotAsync($"[\"{new string('ü', 300_000)}\"]"), StringComparison.Ordinal);
        Assert.Contains("Version 1 has the same", await WhyNotAsync("""{ "a":1 }"""), StringComparison.Ordinal);
        Assert.Contains("Choose a file", await WhyNotAsync("  "), StringComparison.Ordinal);

        async Task<string> WhyNotAsync(string content) =>
            Assert
                .IsType<Outcome<DesignFileRow>.Invalid>(
                    await CallAsync(
                        registry,
                        root,
                        service => service.ImportAsync(new() { Kind = DesignFileKind.Tokens, Content = content }, Cancel)
                    )
                )
                .Reasons.Values.Single();
    }

    [Fact]
    public async Task Only_who_may_change_settings_writes_and_who_uses_conversations_reads()
    {
        await using var registry = await CreateAsync(TestDatabase.Sqlite);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var ursula = await registry.AddUserAsync("ursula", UserRole.User);
        var row = await ImportedAsync(registry, root, DesignFileKind.Tokens, "{}");

        Assert.IsType<Outcome<DesignFileRow>.Invalid>(
            await CallAsync(registry, ursula, service => service.ImportAsync(new() { Content = "[]" }, Cancel))
        );
        Assert.IsType<Outcome<DesignFileRow>.Invalid>(
            await CallAsync(registry, ursula, service => service.ActivateAsync(row.Id, false, Cancel))
        );
        Assert.Equal("{}", (await CallAsync(registry, ursula, service => service.FindAsync(row.Id, Cancel)))!.Content);
    }

    [Fact]
    public void Components_are_read_in_the_shapes_that_they_come_in()
    {
        const string Listed =
            """{"components": [{"name": "Card", "description": "A box", "props": {"title": "string"}, "variants": ["flat"]}, "Hero", 1]}""";
        const string Named = """{"$schema": "x", "Card": {"summary": "A box", "props": [{"name": "title"}]}, "Hero": "text"}""";

        Assert.Equal([("Card", "A box", "title,flat"), ("Hero", null, ""), ("1", null, "")], Read(Listed));
        Assert.Equal([("Card", "A box", "title"), ("Hero", null, "")], Read(Named));
        Assert.Empty(DesignContent.Components("{"));

        static IEnumerable<(string, string?, string)> Read(string json) =>
            DesignContent.Components(json).Select(part => (part.Name, part.About, string.Join(',', part.Parts)));
    }

    [Fact]
    public void Tokens_are_flattened_and_only_real_colours_are_drawn()
    {
        const string Json = """
            {"color": {"$type": "color", "primary": {"$value": "#3366FF", "$description": "main"}, "odd": "url(x)", "glass": {"value": "rgba(0, 0, 0, .5)", "type": "color"}},
             "space": {"1": 4, "2": [8, 12]}, "evil": "red\" onload=\"alert(1)", "": {"value": "#", "type": "color"}}
            """;

        Assert.Equal(
            [
                ("color.primary", "#3366FF", "#3366FF"),
                ("color.odd", "url(x)", null),
                ("color.glass", "rgba(0, 0, 0, .5)", "rgba(0, 0, 0, .5)"),
                ("space.1", "4", null),
                ("space.2", "[8,12]", null),
                ("evil", "red\" onload=\"alert(1)", null),
                ("(no name)", "#", null),
            ],
            DesignContent.Tokens(Json).Select(token => (token.Name, token.Value, token.Colour))
        );
    }

    private static Task<TestRegistry> CreateAsync(TestDatabase database) =>
        TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddGeneratedCodeServices();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );

    private static async Task<T> CallAsync<T>(TestRegistry registry, User who, Func<DesignService, Task<T>> act)
    {
        await using var scope = await registry.CallAsAsync(who);
        return await act(scope.ServiceProvider.GetRequiredService<DesignService>());
    }

    private static async Task<DesignFileRow> ImportedAsync(
        TestRegistry registry,
        User who,
        DesignFileKind kind,
        string content,
        bool activate = true
    )
    {
        var form = new DesignFileForm
        {
            Kind = kind,
            Content = content,
            Activate = activate,
        };
        return Assert.IsType<Outcome<DesignFileRow>.Ok>(await CallAsync(registry, who, service => service.ImportAsync(form, Cancel))).Value;
    }

    private static async Task ActivateAsync(TestRegistry registry, User who, int id, bool isActive) =>
        Assert.IsType<Outcome<DesignFileRow>.Ok>(await CallAsync(registry, who, service => service.ActivateAsync(id, isActive, Cancel)));

    private static async Task<DesignForPrompt> PromptAsync(TestRegistry registry)
    {
        await using var scope = registry.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DesignFiles>().ForPromptAsync(Cancel);
    }
}
