using System.IO.Compression;
using System.Text;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>Exports as they are handed out: in ZIP archives, among pictures, and where they are long in several files.</summary>
public sealed class ImportingArchivesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_archive_is_taken_as_it_was_handed_out()
    {
        static string Of(string id) =>
            $$"""[{"uuid": "{{id}}", "name": "{{id}}", "chat_messages": [{"uuid": "m{{id}}", "sender": "human", "text": "Where?", "created_at": "2026-01-01T00:00:00Z"}]}]""";
        var file = Archive(
            ("user.json", "{}"),
            ("dall-e/picture.png", "png"),
            ("export/conversations-000.json", Of("a")),
            ("export/conversations-001.json", Of("b")),
            ("export/conversations-002.json", "[1, ")
        );
        await using var world = await ConversationsWorld.CreateAsync();

        var outcome = await world.CallAsync((ConversationImport import) => import.RunAsync(file, isPreview: false, Cancel));

        var report = Assert.IsType<Outcome<ImportReport>.Ok>(outcome).Value;
        Assert.Equal(("Claude", 2, 1), (report.Source, report.Conversations, report.Failed));
        Assert.Equal("export/conversations-002.json", Assert.Single(report.Problems).Conversation);
    }

    [Theory]
    [InlineData("notes.txt", "x", "has no file of JSON, but notes.txt")]
    [InlineData("conversations.json", "[1, ", "conversations.json: It is no JSON")]
    [InlineData("inner.json", "PK\u0003\u0004", "inner.json: It is no JSON")]
    public async Task An_archive_without_conversations_is_refused_in_a_sentence(string name, string content, string why)
    {
        await using var world = await ConversationsWorld.CreateAsync();

        var outcome = await world.CallAsync(
            (ConversationImport import) => import.RunAsync(Archive((name, content)), isPreview: true, Cancel)
        );

        Assert.Contains(why, outcome.ProblemWith("")!, StringComparison.Ordinal);
    }

    /// <summary>Encrypted, damaged, cut off, or packed in a way that nobody knows.</summary>
    [Theory]
    [InlineData(6, 1)]
    [InlineData(8, 99)]
    [InlineData(48, 0xff)]
    [InlineData(-1, 0)]
    public async Task An_archive_that_cannot_be_unpacked_is_refused_in_a_sentence(int place, byte value)
    {
        var file = Archive(("conversations.json", new string(' ', 2000) + "[]"));
        var central = file.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        if (place < 0)
        {
            file = file[..(file.Length / 2)];
        }
        else
        {
            file[place] = value;
            file[central + place + 2] = place < 40 ? value : file[central + place + 2];
        }

        await using var world = await ConversationsWorld.CreateAsync();
        var outcome = await world.CallAsync((ConversationImport import) => import.RunAsync(file, isPreview: true, Cancel));

        Assert.Contains("ZIP archive can't be read", outcome.ProblemWith("")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_name_in_an_archive_is_cut()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var file = Archive((new string('n', 60_000) + ".json", "x"));

        var outcome = await world.CallAsync((ConversationImport import) => import.RunAsync(file, isPreview: true, Cancel));

        Assert.InRange(outcome.ProblemWith("")!.Length, 1, 300);
    }

    /// <summary>An archive of a few kilobytes may unpack to anything.</summary>
    [Fact]
    public async Task An_archive_that_unpacks_to_too_much_is_refused()
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var content = await archive.CreateEntry("conversations.json").OpenAsync(Cancel);
            var spaces = new byte[10_000_000];
            Array.Fill(spaces, (byte)' ');
            for (var at = 0; at <= ConversationImport.MostBytes / spaces.Length; at++)
            {
                await content.WriteAsync(spaces, Cancel);
            }
        }

        await using var world = await ConversationsWorld.CreateAsync();
        var outcome = await world.CallAsync((ConversationImport import) => import.RunAsync(file.ToArray(), isPreview: true, Cancel));

        Assert.Contains("more than 200 MB of conversations", outcome.ProblemWith("")!, StringComparison.Ordinal);
    }

    private static byte[] Archive(params (string Name, string Content)[] files)
    {
        using var made = new MemoryStream();
        using (var archive = new ZipArchive(made, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return made.ToArray();
    }
}
