using System.Text;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.V1;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class ReadingEventsTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("data: {}\n\n", "message|{}")]
    [InlineData("data:{}\r\n\r\ndata: 2\r\n\r\n", "message|{};message|2")]
    [InlineData("data: 1\r\rdata: 2\r\r", "message|1;message|2")]
    [InlineData("data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r", "message|1;message|2;message|3")]
    [InlineData("\uFEFFdata: x\n\n", "message|x")]
    [InlineData("data: \uFEFFx\n\n", "message|\uFEFFx")]
    [InlineData("event: error\ndata: a\ndata: b\n\n", "error|a\nb")]
    [InlineData("event: error\nevent: ping\ndata: a\n\n", "ping|a")]
    [InlineData(": a comment\nid: 7\nretry: 10\n\ndata: x\n\n", "message|x")]
    [InlineData("retry: soon\nid: a\0b\ndata: x\n\n", "message|x")]
    [InlineData(":\n\n:\n\ndata: x\n\n", "message|x")]
    [InlineData("data\n\ndatum: y\n\n", "message|")]
    [InlineData("event: ping\ndata:\n\ndata: x\n\n", "ping|;message|x")]
    [InlineData("data:\ndata:\n\n", "message|\n")]
    [InlineData("data:  two\n\n", "message| two")]
    [InlineData("Data: x\n\n data: y\n\n", "")]
    [InlineData("event: lost\n\ndata: x\n\n", "message|x")]
    [InlineData("data: a\u0085b\u2028c\n\n", "message|a\u0085b\u2028c")]
    [InlineData("data: cut off", "")]
    [InlineData("data: whole\n\ndata: cut off\n", "message|whole")]
    [InlineData("", "")]
    public async Task Events_are_read_in_whatever_pieces_they_arrive(string sent, string expected)
    {
        foreach (var size in new[] { 1, 2, 7, 4096 })
        {
            using var body = new Pieces(Encoding.UTF8.GetBytes(sent), size);
            var events = new List<string>();
            using var reader = new LettaEvents(body, 1000, Silence);
            await foreach (var (name, data) in reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                events.Add($"{name}|{data}");
            }

            Assert.Equal(expected, string.Join(';', events));
        }
    }

    [Theory]
    [InlineData("data: 0123456789 0123456789 0123456789\n\n", 30)]
    [InlineData("data: 1\n\ndata: 2\n\ndata: 3\n\n", 20)]
    public async Task What_is_too_long_is_not_read_to_its_end(string sent, long most)
    {
        using var body = new Pieces(Encoding.UTF8.GetBytes(sent), 8);

        var failed = await Assert.ThrowsAsync<OutboundFailedException>(async () =>
        {
            using var reader = new LettaEvents(body, most, Silence);
            await foreach (var _ in reader.ReadAsync(TestContext.Current.CancellationToken)) { }
        });
        Assert.Equal(OutboundFailure.TooLarge, failed.Failure);
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
