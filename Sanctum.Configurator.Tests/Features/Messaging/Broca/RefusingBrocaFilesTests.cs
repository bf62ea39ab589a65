using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>Files that are anything but a Broca's, and people who may not. Of each the reason is said, and nothing stays on the disk.</summary>
public sealed class RefusingBrocaFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Schemas =>
        new()
        {
            { "CREATE TABLE other (a)", "has no table messages" },
            { "CREATE TABLE messages (id, role, message, user_id)", "has no table users" },
            { "CREATE TABLE messages (id, role, message, letta_user_id); CREATE TABLE letta_users (id)", "has no table platform_profiles" },
            { "CREATE TABLE messages (id, role, letta_user_id); CREATE TABLE letta_users (id)", "has no column message" },
            { "CREATE VIEW messages AS SELECT 1 AS id, 'user' AS role, 'x' AS message", "has no table messages" },
            { "CREATE VIRTUAL TABLE messages USING fts5(id, role, message)", "has no table messages" },
            {
                "CREATE TABLE messages (id, role, message AS (upper(role)), user_id); CREATE TABLE users (user_id)",
                "has no column message"
            },
        };

    [Theory, MemberData(nameof(Schemas))]
    public async Task A_database_of_another_shape_is_refused(string schema, string because)
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = new BrocaDatabaseFile(schema);

        AssertRefused(await world.TryPreviewAsync(file), because);
        AssertClean(world);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("PK\u0003\u0004 a zip archive that is long enough", "not a SQLite database")]
    [InlineData("SQLite format 3\0 and then nothing of the kind", "damaged|not a SQLite database")]
    public async Task What_is_no_database_is_refused(string content, string because)
    {
        await using var world = await BrocaWorld.CreateAsync();

        AssertRefused(await PreviewAsync(world, Encoding.Latin1.GetBytes(content)), because);
        AssertClean(world);
    }

    [Fact]
    public async Task A_damaged_or_cut_file_is_refused()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Large(2000);
        var whole = await File.ReadAllBytesAsync(file.FilePath, Cancel);
        var damaged = whole.ToArray();
        damaged.AsSpan(whole.Length / 2, 3000).Fill(0xa5);

        AssertRefused(await PreviewAsync(world, damaged), "damaged");
        AssertRefused(await PreviewAsync(world, whole[..^8192]), "damaged");
        AssertClean(world);
    }

    [Fact]
    public async Task Triggers_and_views_of_a_hostile_file_have_no_say()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile
            .First()
            .Run(
                """
                CREATE VIEW evil AS SELECT * FROM messages, messages AS m2, messages AS m3;
                CREATE TRIGGER t AFTER INSERT ON messages BEGIN DELETE FROM users; END;
                CREATE TABLE "users""; DROP TABLE messages; --" ("a""b" TEXT);
                ALTER TABLE messages ADD COLUMN "x""; SELECT 1; --" TEXT;
                """
            );

        var import = await world.ImportAsync(file);

        Assert.Equal((2, 2, 3, 3), await world.CountAsync());
        Assert.Equal(2, Assert.Single(import.Report.Findings, f => f.Kind == BrocaOddity.UnknownPart).Count);
    }

    [Fact]
    public async Task Only_who_may_manage_messages_imports_and_only_who_may_everything_by_a_path()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.First();
        var user = await world.Registry.AddUserAsync("ada", UserRole.User);
        var manager = await world.Registry.AddUserAsync("max", UserRole.User, permissions: """["messages:manage"]""");
        var path = new BrocaPathForm { Path = file.FilePath };

        AssertRefused(await world.TryPreviewAsync(file, user), "messages:manage");
        AssertRefused(await world.CallAsync((BrocaImports imports) => imports.PreviewAsync(path, Cancel), manager), "every permission");
        Assert.IsType<Outcome<BrocaPreview>.Ok>(await world.TryPreviewAsync(file, manager));
        Assert.IsType<Outcome<BrocaPreview>.Ok>(await world.CallAsync((BrocaImports imports) => imports.PreviewAsync(path, Cancel)));
        Assert.Empty((await world.CallAsync((BrocaImports imports) => imports.ListAsync(new(0, 10), Cancel), user)).Items);
    }

    [Theory]
    [InlineData("/nowhere/sanctum.db", "no such file")]
    [InlineData("/proc/self/environ", "/proc")]
    [InlineData("{data}/registry.db", "own data folder")]
    [InlineData("/", "no such file")]
    [InlineData("", "Enter the path")]
    public async Task A_path_that_is_none_of_a_Broca_is_refused(string path, string because)
    {
        await using var world = await BrocaWorld.CreateAsync();
        var form = new BrocaPathForm { Path = path.Replace("{data}", world.Registry.Location.DataDirectory, StringComparison.Ordinal) };

        AssertRefused(await world.CallAsync((BrocaImports imports) => imports.PreviewAsync(form, Cancel)), because);
        AssertClean(world);
    }

    [Fact]
    public async Task A_file_is_forgotten_after_an_hour_and_when_others_come()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.First();
        var first = await world.PreviewAsync(file);
        for (var i = 0; i < 4; i++)
        {
            world.Registry.Clock.Advance(TimeSpan.FromMinutes(1));
            await world.PreviewAsync(file);
        }

        Assert.Equal(4, Directory.GetFiles(world.Registry.Location.DataDirectory, "broca-*.tmp").Length);
        var last = await world.PreviewAsync(file);
        world.Registry.Clock.Advance(TimeSpan.FromHours(1));
        foreach (var id in new[] { first.Id, last.Id })
        {
            var begun = await world.CallAsync((BrocaImports imports) => imports.BeginAsync(new() { PreviewId = id }, Cancel));
            Assert.Equal("The file is not here any more. Choose it again.", begun.ProblemWith("it"));
        }
    }

    private static async Task<Outcome<BrocaPreview>> PreviewAsync(BrocaWorld world, byte[] content) =>
        await world.CallAsync((BrocaImports imports) => imports.PreviewAsync(new MemoryStream(content), "sanctum.db", Cancel));

    private static void AssertRefused(Outcome<BrocaPreview> outcome, string because)
    {
        var said = Assert.IsType<Outcome<BrocaPreview>.Invalid>(outcome).ProblemWith("The file")!;
        Assert.Contains(because.Split('|'), each => said.Contains(each, StringComparison.Ordinal));
    }

    private static void AssertClean(BrocaWorld world) => Assert.Empty(Directory.GetFiles(world.Registry.Location.DataDirectory, "broca-*"));
}
