using System.Threading.Channels;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Writes the pieces of one answer as it is made, in groups: the first at once, the others a hundredth of a second after the ones before, or
/// after four thousand characters. Only for whom the answer still belongs to.
/// </summary>
internal sealed partial class PieceWriter(
    PieceGroups groups,
    ConversationRun run,
    LiveRun live,
    TimeProvider clock,
    ILogger log,
    int written
)
{
    private const int MostWaiting = 4_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly TaskCompletionSource _completed = New();
    private TaskCompletionSource _full = New();
    private List<ConversationPiece> _taken = [];
    private int _size;
    private int _number = written;

    public void Add(ConversationPieceKind kind, string text)
    {
        lock (_lock)
        {
            if (kind is ConversationPieceKind.Text or ConversationPieceKind.Reasoning && _waiting is [.., var last] && last.Kind == kind)
            {
                last.Text.Append(text);
            }
            else
            {
                _waiting.Add(new(kind, new(text), null));
            }

            Grow(text.Length);
        }
    }

    /// <summary>A call as it is now takes the place of the same one that was not written yet.</summary>
    public void Add(ConversationToolCall call)
    {
        var text = JsonSerializer.Serialize(call, ApiJson.Options);
        lock (_lock)
        {
            _waiting.RemoveAll(waiting => waiting.Call == call.Id);
            _waiting.Add(new(ConversationPieceKind.Tool, new(text), call.Id));
            Grow(text.Length);
        }
    }

    /// <summary>Until nothing comes any more. What could not be written is in the end of the answer.</summary>
    public async Task WriteAllAsync()
    {
        while (await _due.Reader.WaitToReadAsync())
        {
            _due.Reader.TryRead(out _);
            try
            {
                await FlushAsync();
            }
            catch (Exception e)
            {
                // The answer goes on, and its end is written once the database is there again.
                LogFailed(e, run.Id);
                await Task.WhenAny(Task.Delay(AfterFailure, clock), _completed.Task);
                _due.Writer.TryWrite(true);
            }

            Task full;
            lock (_lock)
            {
                full = _full.Task;
            }

            await Task.WhenAny(full, Task.Delay(Pause, clock), _completed.Task);
        }
    }

    public void Complete()
    {
        _due.Writer.TryComplete();
        _completed.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Grow(int by)
    {
        _size += by;
        if (_size >= MostWaiting)
        {
            _full.TrySetResult();
        }

        _due.Writer.TryWrite(true);
    }

    private async Task FlushAsync()
    {
        _taken = _taken.Count > 0 ? _taken : Take();
        if (_taken.Count == 0)
        {
            return;
        }

        if (!await groups.AddAsync(run, _taken))
        {
            live.Stop(RunStop.TakenOver);
            return;
        }

        _taken = [];
    }

    /// <summary>Half of a character waits for its other half.</summary>
    private List<ConversationPiece> Take()
    {
        lock (_lock)
        {
            List<ConversationPiece> pieces = [];
            List<Waiting> rest = [];
            foreach (var waiting in _waiting)
            {
                var text = waiting.Text.ToString();
                if (text.Length > 0 && char.IsHighSurrogate(text[^1]) && waiting == _waiting[^1])
                {
                    rest.Add(waiting with { Text = new StringBuilder(text[^1..]) });
                    text = text[..^1];
                }

                if (text.Length > 0 || waiting.Kind == ConversationPieceKind.Reset)
                {
                    pieces.Add(
                        new()
                        {
                            RunId = run.Id,
                            Number = ++_number,
                            Kind = waiting.Kind,
                            Text = WholeText.Of(text),
                        }
                    );
                }
            }

            _waiting.Clear();
            _waiting.AddRange(rest);
            (_size, _full) = (0, New());
            return pieces;
        }
    }

    private void LogFailed(Exception exception, int runId) => LogFailed(log, exception, runId);

    [LoggerMessage(LogLevel.Error, "Pieces of the answer of run {RunId} could not be written; retrying")]
    private static partial void LogFailed(ILogger log, Exception exception, int runId);

    private sealed record Waiting(ConversationPieceKind Kind, StringBuilder Text, string? Call);
}
