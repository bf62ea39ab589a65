using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A mail that was taken: who sent it to whom, and its lines.</summary>
public sealed record TakenMail(string? User, string From, IReadOnlyList<string> To, string Text, bool IsEncrypted)
{
    /// <summary>What its base64 body says.</summary>
    public string Body =>
        Encoding.UTF8.GetString(Convert.FromBase64String(Text[(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));

    /// <summary>Its subject, with the encoded words put together.</summary>
    public string Subject
    {
        get
        {
            var header = Text[Text.IndexOf("Subject:", StringComparison.Ordinal)..Text.IndexOf("\r\nDate:", StringComparison.Ordinal)];
            return string.Concat(
                header.Split("=?utf-8?B?").Skip(1).Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Split("?=")[0])))
            );
        }
    }
}

/// <summary>A small mail server on a real port, with STARTTLS where it has a certificate, and one user.</summary>
public sealed class FakeMailServer : IAsyncDisposable
{
    public const string User = "sanctum";
    public const string Password = "a mail password";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly ConcurrentQueue<TakenMail> _taken = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public FakeMailServer(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<TakenMail> Taken => [.. _taken];

    /// <summary>Instead of taking recipients.</summary>
    public string? Refusal { get; set; }

    /// <summary>Instead of taking these.</summary>
    public Dictionary<string, string> Refusals { get; } = [];

    /// <summary>Instead of keeping a message in whose body this stands.</summary>
    public (string Word, string Answer)? RefusedBody { get; set; }

    /// <summary>The names that it was greeted by.</summary>
    public ConcurrentQueue<string> Names { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll([_accepting, .. _talks]);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await TalkAsync(client.GetStream());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // Hung up, or stopped.
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var (user, from, to, isEncrypted) = ((string?)null, "", new List<string>(), false);
        await SayAsync(stream, "220 fake ESMTP");
        while (await LineAsync(stream) is { } line)
        {
            switch (line.Split(' ')[0].Split(':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    Names.Enqueue(line[5..]);
                    await SayAsync(
                        stream,
                        _certificate is null || isEncrypted ? "250-fake\r\n250 AUTH PLAIN" : "250-fake\r\n250-STARTTLS\r\n250 AUTH PLAIN"
                    );
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go on");
                    var encrypted = new SslStream(stream);
                    await encrypted.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = _certificate },
                        _stop.Token
                    );
                    (stream, isEncrypted) = (encrypted, true);
                    break;
                case "AUTH":
                    var isRight = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])) == $"\0{User}\0{Password}";
                    user = isRight ? User : null;
                    await SayAsync(stream, isRight ? "235 welcome" : "535 5.7.8 wrong user or password");
                    break;
                case "RSET":
                    to.Clear();
                    await SayAsync(stream, "250 ok");
                    break;
                case "MAIL":
                    to.Clear();
                    from = line.Split('<', '>')[1];
                    await SayAsync(stream, "250 ok");
                    break;
                case "RCPT":
                    var answer = Refusal ?? Refusals.GetValueOrDefault(line.Split('<', '>')[1]) ?? "250 ok";
                    if (answer[0] == '2')
                    {
                        to.Add(line.Split('<', '>')[1]);
                    }

                    await SayAsync(stream, answer);
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    var mail = new TakenMail(user, from, [.. to], await TextAsync(stream), isEncrypted);
                    if (RefusedBody is { } refused && mail.Body.Contains(refused.Word, StringComparison.Ordinal))
                    {
                        await SayAsync(stream, refused.Answer);
                        break;
                    }

                    _taken.Enqueue(mail);
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "502 what?");
                    break;
            }
        }
    }

    private async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{text}\r\n"), _stop.Token);

    private async Task<string> TextAsync(Stream stream)
    {
        var text = new StringBuilder();
        while (await LineAsync(stream) is { } line && line != ".")
        {
            text.Append(line).Append("\r\n");
        }

        return text.ToString();
    }

    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) > 0)
        {
            if (one[0] == '\n')
            {
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
