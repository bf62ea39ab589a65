using System.Text;
using Sanctum.Configurator.Platform.Letta;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Tests.Platform.Letta;

public sealed class ReadingEventsTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("data: {}\n\n", "|{}")]
    [InlineData("data:{}\r\n\r\ndata: 2\r\n\r\n", "|{};|2")]
    [InlineData("event: error\ndata: a\ndata: b\n\n", "error|a\nb")]
    [InlineData(": a comment\nid: 7\nretry: 10\n\ndata: x\n\n", "|x")]
    [InlineData("data\n\ndatum: y\n\n", "|")]
    [InlineData("event: lost\n\ndata: x\n\n", "|x")]
    [InlineData("data: cut off", "|cut off")]
    [InlineData("", "")]
    public async Task Events_are_read_in_whatever_pieces_they_arrive(string sent, string expected)
    {
        foreach (var size in new[] { 1, 2, 7, 4096 })
        {
            using var body = new Pieces(Encoding.UTF8.GetBytes(sent), size);
            var events = new List<string>();
            await foreach (var (name, data) in new LettaEvents(body, 1000, 100, Silence).ReadAsync(TestContext.Current.CancellationToken))
            {
                events.Add($"{name}|{data}");
            }

            Assert.Equal(expected, string.Join(';', events));
        }
    }

    [Theory]
    [InlineData("data: 0123456789 0123456789 0123456789\n\n", 1000, 30)]
    [InlineData("data: 1\n\ndata: 2\n\ndata: 3\n\n", 20, 30)]
    public async Task What_is_too_long_is_not_read_to_its_end(string sent, long most, int longestLine)
    {
        using var body = new Pieces(Encoding.UTF8.GetBytes(sent), 8);

        await Assert.ThrowsAsync<ResponseTooLargeException>(async () =>
        {
            await foreach (var _ in new LettaEvents(body, most, longestLine, Silence).ReadAsync(TestContext.Current.CancellationToken))
            {
            }
        });
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
