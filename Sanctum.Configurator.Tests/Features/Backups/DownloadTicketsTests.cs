using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups;

public sealed class DownloadTicketsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_ticket_serves_once_for_its_backup_and_its_owner()
    {
        var tickets = new DownloadTickets(_clock);

        Assert.False(tickets.Take(tickets.Issue(1, user: 7), 2, 7));
        Assert.False(tickets.Take(tickets.Issue(1, user: 7), 1, 8));
        Assert.False(tickets.Take("something", 1, 7));
        var ticket = tickets.Issue(1, user: 7);
        Assert.True(tickets.Take(ticket, 1, 7));
        Assert.False(tickets.Take(ticket, 1, 7));
    }

    [Fact]
    public void It_serves_for_a_minute()
    {
        var tickets = new DownloadTickets(_clock);
        var ticket = tickets.Issue(1, user: 7);

        _clock.Advance(TimeSpan.FromSeconds(61));

        Assert.False(tickets.Take(ticket, 1, 7));
    }
}
