using Sanctum.Configurator.Features.Messaging.Channels;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>Keeps one channel to its pace: so many messages a second over all chats, and a pause between two to the same chat.</summary>
internal sealed class Pacer(TimeProvider clock)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<DateTimeOffset> _recent = [];
    private readonly Dictionary<string, DateTimeOffset> _free = [];

    /// <summary>Whether a message may go to the chat now; where it may, it counts as sent.</summary>
    public bool TryTake(SendingPace pace, string chat)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            while (_recent.TryPeek(out var oldest) && oldest <= now - Second)
            {
                _recent.Dequeue();
            }

            if (_recent.Count >= pace.PerSecond || (_free.TryGetValue(chat, out var free) && now < free))
            {
                return false;
            }

            foreach (var over in _free.Where(each => each.Value <= now).Select(each => each.Key).ToList())
            {
                _free.Remove(over);
            }

            _recent.Enqueue(now);
            if (pace.Between(chat) is var pause && pause > TimeSpan.Zero)
            {
                _free[chat] = now + pause;
            }

            return true;
        }
    }
}
