using System.Globalization;
using System.Net.Security;
using System.Text;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Notifications.Channels;

/// <summary>The mail server said no.</summary>
/// <param name="sentence">Goes on after the server's name.</param>
internal sealed class SmtpRefusedException(int status, string sentence) : Exception(sentence)
{
    public int Status => status;
}

/// <summary>
/// One conversation with a mail server, as RFC 5321 has it: as much as a notification needs. The framework's own client can't be given a
/// connection that was checked, nor encrypt from the first byte.
/// </summary>
internal sealed class SmtpSession(Stream connection) : IAsyncDisposable
{
    private const int LongestLine = 4096;
    private const int MostLines = 128;

    private readonly HashSet<string> _offers = new(StringComparer.OrdinalIgnoreCase);
    private readonly byte[] _buffer = new byte[LongestLine];
    private Stream _stream = connection;
    private int _start;
    private int _end;

    public bool Offers(string extension) => _offers.Contains(extension);

    public async Task EncryptAsync(OutboundTls tls, string host, CancellationToken cancel)
    {
        // Whatever was said before in the clear may be anybody's.
        (_start, _end) = (0, 0);
        var options = tls.NewOptions();
        options.TargetHost = host;
        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(options, cancel);
    }

    public async Task HelloAsync(CancellationToken cancel)
    {
        _offers.Clear();
        foreach (var line in await SayAsync($"EHLO {Environment.MachineName.Replace(' ', '-')}", 250, "does not speak SMTP with extensions", cancel))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _offers.UnionWith(words is ["AUTH", .. var ways] ? ["AUTH", .. ways.Select(way => $"AUTH {way}")] : words.Take(1));
        }
    }

    public async Task SignInAsync(string user, string password, CancellationToken cancel)
    {
        const string Refused = "does not let this user in. Check the user and the password";
        if (Offers("AUTH PLAIN") || !Offers("AUTH LOGIN"))
        {
            await SayAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", 235, Refused, cancel);
            return;
        }

        await SayAsync("AUTH LOGIN", 334, Refused, cancel);
        await SayAsync(Base64(user), 334, Refused, cancel);
        await SayAsync(Base64(password), 235, Refused, cancel);
    }

    public async Task<IReadOnlyList<string>> SayAsync(string line, int expected, string refusal, CancellationToken cancel)
    {
        await SendAsync($"{line}\r\n", cancel);
        return await ReadAsync(expected, refusal, cancel);
    }

    public async Task SendAsync(string text, CancellationToken cancel)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancel);
        await _stream.FlushAsync(cancel);
    }

    /// <summary>The lines of the server's answer, without their numbers.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(int expected, string refusal, CancellationToken cancel)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await LineAsync(cancel);
            if (line.Length < 3 || !int.TryParse(line[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                throw new SmtpRefusedException(500, "does not speak SMTP. Check the port and the kind of encryption.");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return status == expected ? lines
                    : throw new SmtpRefusedException(status, string.Create(CultureInfo.InvariantCulture, $"{refusal} ({status} {string.Join(' ', lines).Trim()})."));
            }
        }

        throw new SmtpRefusedException(500, "talks without end.");
    }

    /// <summary>The message is taken already; whatever becomes of the farewell does not matter.</summary>
    public async Task QuitAsync(CancellationToken cancel)
    {
        try
        {
            await SendAsync("QUIT\r\n", cancel);
        }
        catch (IOException)
        {
            // It has hung up first.
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, at).TrimEnd('\r');
                _start += at + 1;
                return string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c));
            }

            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
            var read = _end == LongestLine ? throw new SmtpRefusedException(500, "says lines that are too long.") : await _stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            _end += read > 0 ? read : throw new IOException("the server hung up");
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
