using MailKit;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>
/// Notices that a mailbox grew, whenever the server says so: while it is waited for, and in the answer to any other command too. A server says
/// it once, so whoever listens only while waiting misses what comes while a mail is read.
/// </summary>
internal sealed class MailboxGrowth : IDisposable
{
    private readonly IMailFolder _folder;
    private CancellationTokenSource _news = new();
    private int _known;

    public MailboxGrowth(IMailFolder folder)
    {
        (_folder, _known) = (folder, folder.Count);
        folder.CountChanged += Compare;
        folder.MessageExpunged += Shrink;
    }

    /// <summary>Cancelled when it grows.</summary>
    public CancellationToken FromNowOn()
    {
        _news.Dispose();
        _news = new();
        return _news.Token;
    }

    public void Dispose()
    {
        _folder.CountChanged -= Compare;
        _folder.MessageExpunged -= Shrink;
        _news.Dispose();
    }

    private void Compare(object? sender, EventArgs e)
    {
        var hasGrown = _folder.Count > _known;
        _known = _folder.Count;
        if (hasGrown)
        {
            _news.Cancel();
        }
    }

    private void Shrink(object? sender, MessageEventArgs e) => _known = _folder.Count;
}
