using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sanctum.Configurator.Features.OpenAiApi;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.OpenAiApi;

/// <summary>
/// litellm 34374, Trilium 11628, vllm 47647: a model that thinks for a minute says nothing, and what stands between takes the connection for
/// dead.
/// </summary>
public sealed class WaitingForAnswersTests : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    private readonly Channel<ChatPiece> _pieces = Channel.CreateUnbounded<ChatPiece>();
    private readonly Told _told = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _told.Dispose();

    [Fact]
    public async Task A_stream_that_has_nothing_to_say_says_so_before_the_first_word_and_after_it()
    {
        var done = AnswerAsync(streams: true);

        await PassAsync(1);
        await PassAsync(2);
        _pieces.Writer.TryWrite(new ChatPiece.Text("ready"));
        await Wait.UntilAsync(() => _told.Text.Contains("ready", StringComparison.Ordinal));
        await PassAsync(_told.Comments + 1);
        _pieces.Writer.TryWrite(new ChatPiece.Ended("stop"));
        _pieces.Writer.Complete();
        await done;

        Assert.Matches("^(: waiting\n\n){2,}data: {", _told.Text);
        Assert.Matches("ready.*\n\n(: waiting\n\n)+data: {", _told.Text);
        Assert.EndsWith("data: [DONE]\n\n", _told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_after_it_is_told_in_the_stream()
    {
        var done = AnswerAsync(streams: true);

        await PassAsync(1);
        _pieces.Writer.Complete(new OpenAiException(OpenAiError.Upstream("It broke.")));
        await done;

        Assert.Matches("^(: waiting\n\n)+data: {\"error\":.*It broke", _told.Text);
    }

    [Fact]
    public async Task A_whole_answer_has_no_comments()
    {
        var done = AnswerAsync(streams: false);

        _clock.Advance(10 * Pause);
        _pieces.Writer.TryWrite(new ChatPiece.Text("ready"));
        _pieces.Writer.Complete();
        await done;

        Assert.StartsWith("{", _told.Text, StringComparison.Ordinal);
    }

    private Task AnswerAsync(bool streams)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(new Begun(_told));
        context.Response.Body = _told;
        var call = new ChatCall("fine", [], new(), streams, false, null, []);
        return new ChatResult(_pieces.Reader.ReadAllAsync(Cancel), new("fine", _clock.GetUtcNow()), call, _clock).ExecuteAsync(context);
    }

    /// <summary>Time goes on until so many comments were written.</summary>
    private Task PassAsync(int comments) =>
        Wait.UntilAsync(() =>
        {
            if (_told.Comments >= comments)
            {
                return true;
            }

            _clock.Advance(Pause);
            return false;
        });

    private sealed class Begun(Told told) : HttpResponseFeature
    {
        public override bool HasStarted => told.Length > 0;
    }

    /// <summary>What was written; it is read meanwhile.</summary>
    private sealed class Told : MemoryStream
    {
        private readonly Lock _lock = new();

        public string Text
        {
            get
            {
                lock (_lock)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public int Comments => Text.Split(": waiting\n\n").Length - 1;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_lock)
            {
                Write(buffer.Span);
            }

            return ValueTask.CompletedTask;
        }
    }
}
