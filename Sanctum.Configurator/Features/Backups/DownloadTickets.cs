namespace Sanctum.Configurator.Features.Backups;

/// <summary>
/// Lets somebody who has just typed his password save one backup's file by following a link. A ticket serves once, for a minute, and
/// for him alone.
/// </summary>
public sealed class DownloadTickets(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Backup, int User, DateTimeOffset Until)> _tickets = [];

    public string Issue(int backup, int user)
    {
        var (ticket, now) = (Tokens.New(), clock.GetUtcNow());
        lock (_lock)
        {
            foreach (var over in _tickets.Where(issued => issued.Value.Until < now).Select(issued => issued.Key).ToList())
            {
                _tickets.Remove(over);
            }

            _tickets[Tokens.HashOf(ticket)] = (backup, user, now + Life);
        }

        return ticket;
    }

    /// <summary>Takes a ticket; false where it is none, is another's, or its minute is over.</summary>
    public bool Take(string? ticket, int backup, int? user)
    {
        lock (_lock)
        {
            return ticket is not null
                && _tickets.Remove(Tokens.HashOf(ticket), out var issued)
                && issued.Backup == backup
                && issued.User == user
                && clock.GetUtcNow() <= issued.Until;
        }
    }
}
