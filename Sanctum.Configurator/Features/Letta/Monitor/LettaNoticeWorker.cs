using System.Threading.Channels;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>
/// Tells the operator when the Letta server can't be used any more, or gives a shell to anyone, and when that is over.
/// </summary>
internal sealed partial class LettaNoticeWorker(LettaState state, Notifier notifier, TimeProvider clock, ILogger<LettaNoticeWorker> log)
    : BackgroundService
{
    internal const string GroupKey = "letta:connection";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private (bool IsDown, string? Message)? _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = state.Subscribe(_ => _changes.Writer.TryWrite(true));
        _changes.Writer.TryWrite(true);
        await foreach (var _ in _changes.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await TellAsync(state.Current, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
                await Task.Delay(Again, clock, stoppingToken);
                _changes.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>
    /// Says nothing where nothing is known, or the settings can't be tested: the page of settings shows that while they are typed.
    /// </summary>
    internal async Task TellAsync(LettaStatus now, CancellationToken cancel)
    {
        if (now is { IsWatched: true, Fault: not null } or { IsWatched: true, Verdict: null })
        {
            return;
        }

        var isOpen = now.IsWatched && VerdictLook.IsDangerous(now.Verdict, now.Kind, now.Address);
        var isDown = isOpen || now.IsDown;
        var telling = (isDown, isDown ? $"{now.Message} {now.Hint}".Trim() : null);
        if (_told == telling)
        {
            return;
        }

        await (
            isDown
                ? notifier.RaiseAsync(
                    new(
                        NoticeLevel.Error,
                        NoticeSources.Letta,
                        isOpen ? "The Letta App Server is open to anyone" : $"The {LettaLabels.NameOf(now)} can't be used"
                    )
                    {
                        Message = telling.Item2,
                        Link = Urls.Letta,
                        GroupKey = GroupKey,
                        IsLasting = true,
                    },
                    cancel
                )
                : notifier.ResolveAsync(GroupKey, cancel)
        );
        _told = telling;
    }

    [LoggerMessage(LogLevel.Error, "The notification about the Letta server could not be updated; retrying")]
    private partial void LogFailed(Exception exception);
}
