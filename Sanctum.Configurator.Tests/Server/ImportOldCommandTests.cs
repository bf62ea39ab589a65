using Sanctum.Configurator.Tests.Features.OldConfigurator;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>The import at the command line, for a console that nobody can sign in to.</summary>
public sealed class ImportOldCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_looks_and_then_takes_over_what_can_be_taken(TestDatabase database)
    {
        await using var world = await OldWorld.CreateAsync(database);
        using var file = new OldDatabaseFile()
            .Set("smcp_port", "9100")
            .Set("openai_api_key", "sk-canary-of-the-old-file")
            .AddUser("boss", role: "admin");

        var looked = await RunAsync(world, "import-old", file.Path, "--dry-run");
        var before = await world.FindAsync("boss");
        var taken = await RunAsync(world, "import-old", file.Path);

        Assert.Equal((0, ""), (looked.ExitCode, looked.Errors));
        Assert.Contains("take          smcp_port: 9000 -> 9100\n", looked.Output, StringComparison.Ordinal);
        Assert.Contains("compromised   api_key.", looked.Output, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was written.\n", looked.Output, StringComparison.Ordinal);
        Assert.Null(before);
        Assert.EndsWith("2 settings and 1 users were imported.\n", taken.Output, StringComparison.Ordinal);
        Assert.NotNull(await world.SignInAsync("boss", "an old harbour at dusk"));
        var history = await world.HistoryAsync();
        Assert.Contains("command line insert users import from the old configurator", history, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", looked.Output + taken.Output + history, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_none_is_a_sentence_and_exit_code_1()
    {
        await using var world = await OldWorld.CreateAsync();
        var file = Path.Combine(world.Registry.Location.DataDirectory, "some.txt");
        await File.WriteAllTextAsync(file, "hello", Cancel);

        var (exitCode, output, errors) = await RunAsync(world, "import-old", file);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("This is not a SQLite database.", errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(OldWorld world, params string[] args)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exit = await CommandLine.RunAsync(args, output, errors, () => world.Registry.Services, Cancel);
        return (exit, output.ToString(), errors.ToString());
    }
}
