using System.Text;
using Sanctum.Configurator.Features.OldConfigurator;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Features.OldConfigurator;

/// <summary>Files that are anything but what the page asks for. Of each the reason is said, and nothing of it stays on the disk.</summary>
public sealed class RefusingOldFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Schemas =>
        new()
        {
            { "CREATE TABLE other (a)", "has no table system_config" },
            { "CREATE TABLE system_config (id, flask_port); CREATE TABLE users (username, password_hash)", "has no column config_key" },
            { "CREATE TABLE system_config (config_key, config_value)", "has no table users" },
            { "CREATE TABLE system_config (config_key, config_value); CREATE TABLE users (username)", "has no column password_hash" },
            {
                "CREATE VIEW system_config AS SELECT 'a' AS config_key, 'b' AS config_value; CREATE TABLE users (username, password_hash)",
                "has no table system_config"
            },
            {
                "CREATE VIRTUAL TABLE system_config USING fts5(config_key, config_value); CREATE TABLE users (username, password_hash)",
                "has no table system_config"
            },
            {
                "CREATE TABLE system_config (config_key, config_value AS (upper(config_key))); CREATE TABLE users (username, password_hash)",
                "has no column config_value"
            },
            {
                "CREATE TABLE system_config (config_key, config_value); CREATE TABLE users (username, password_hash); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501) INSERT INTO users SELECT 'u' || i, '' FROM n",
                "more than 500 users"
            },
            {
                "CREATE TABLE system_config (config_key, config_value); CREATE TABLE users (username, password_hash); INSERT INTO system_config VALUES ('openai_api_key', hex(zeroblob(40000)))",
                "larger than 64 kB"
            },
        };

    [Theory, MemberData(nameof(Schemas))]
    public async Task A_database_of_another_shape_is_refused(string schema, string because)
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile(schema);

        await AssertRefusedAsync(world, await File.ReadAllBytesAsync(file.Path, Cancel), because);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("PK\u0003\u0004 a zip", "not a SQLite database")]
    [InlineData("SQLite format 3\0 and then nothing of the kind", "damaged|not a SQLite database")]
    public async Task What_is_no_database_is_refused(string content, string because)
    {
        await using var world = await OldWorld.CreateAsync();

        await AssertRefusedAsync(world, Encoding.Latin1.GetBytes(content), because);
    }

    [Fact]
    public async Task A_damaged_or_cut_file_is_refused()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().AddUser("ada");
        var whole = await File.ReadAllBytesAsync(file.Path, Cancel);
        var damaged = whole.ToArray();
        damaged.AsSpan(4096, 2048).Fill(0xa5);
        var damagedElsewhere = whole.ToArray();
        damagedElsewhere.AsSpan(^4096).Fill(0xa5); // An index that reading would not come upon.

        await AssertRefusedAsync(world, damagedElsewhere, "damaged");
        await AssertRefusedAsync(world, damaged, "damaged");
        await AssertRefusedAsync(world, whole[..^4096], "damaged");
    }

    [Fact]
    public async Task A_file_that_never_ends_is_refused_at_the_limit()
    {
        await using var world = await OldWorld.CreateAsync();
        await using var endless = new EndlessFile();

        var refused = Assert.IsType<Outcome<OldContent>.Invalid>(await world.ReadAsync(endless));

        Assert.Contains("larger than 64 MB", refused.Reasons["file"], StringComparison.Ordinal);
        Assert.InRange(endless.Given, OldFileReader.MaxBytes, OldFileReader.MaxBytes + (1 << 20));
        AssertNothingStays(world);
    }

    [Fact]
    public async Task Triggers_views_and_columns_that_it_does_not_know_are_passed_over()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile()
            .AddUser("ada")
            .Run(
                """
                CREATE VIEW v AS SELECT * FROM users;
                CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END;
                ALTER TABLE users ADD COLUMN shoe_size INTEGER;
                ALTER TABLE users DROP COLUMN last_login;
                ALTER TABLE users DROP COLUMN is_active;
                PRAGMA journal_mode = WAL;
                """
            );

        var content = await world.ReadAsync(file);

        var user = Assert.Single(content.Users);
        Assert.Equal(("ada", true, null), (user.UserName, user.IsActive, user.LastLogin));
        Assert.Equal(16, content.Settings.Count);
        AssertNothingStays(world);
    }

    private static async Task AssertRefusedAsync(OldWorld world, byte[] file, string because)
    {
        var before = await world.HistoryAsync();
        using var stream = new MemoryStream(file);

        var refused = Assert.IsType<Outcome<OldContent>.Invalid>(await world.ReadAsync(stream));

        Assert.Matches(because, refused.Reasons["file"]);
        Assert.Equal(before, await world.HistoryAsync());
        AssertNothingStays(world);
    }

    private static void AssertNothingStays(OldWorld world) =>
        Assert.Empty(Directory.EnumerateFiles(world.Registry.Location.DataDirectory, "old-configurator*"));

    /// <summary>Begins as a database does, and goes on for ever.</summary>
    private sealed class EndlessFile : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Given;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Given == 0)
            {
                "SQLite format 3\0"u8.CopyTo(buffer.AsSpan(offset));
            }

            Given += count;
            return count;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
