using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A mailbox on a real port that speaks as much IMAP as a reader needs, with IDLE where it is told to.</summary>
public sealed class FakeImap : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(uint Uid, byte[] Mail)> _mails = [];
    private readonly RawServer _server;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _next = 1;

    public FakeImap() => _server = RawServer.Talking(TalkAsync);

    public int Port => _server.Port;

    public bool HasIdle { get; set; } = true;

    public string Password { get; set; } = FakeMailServer.Password;

    public uint Validity { get; set; } = 7;

    /// <summary>The commands that came, without their tags.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    public void Add(string mail)
    {
        lock (_lock)
        {
            _mails.Add((_next++, Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))));
            _news.TrySetResult();
        }
    }

    /// <summary>As a server does that was set up anew: the same mails have other numbers.</summary>
    public void NumberAnew()
    {
        lock (_lock)
        {
            Validity++;
            var mails = _mails.Select(each => each.Mail).ToList();
            _mails.Clear();
            _next = 100;
            mails.ForEach(mail => _mails.Add((_next++, mail)));
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TalkAsync(NetworkStream stream, CancellationToken cancel)
    {
        await SayAsync(stream, $"* OK [CAPABILITY {Capabilities}] fake\r\n", cancel);
        while (await LineAsync(stream, cancel) is { Length: > 0 } line)
        {
            var parts = line.Split(' ', 3);
            var (tag, command, rest) = (parts[0], parts[1].ToUpperInvariant(), parts.Length > 2 ? parts[2] : "");
            Commands.Enqueue($"{command} {rest}".Trim());
            var text = command switch
            {
                "CAPABILITY" => $"* CAPABILITY {Capabilities}\r\n",
                "LIST" or "LSUB" => "* LIST (\\HasNoChildren) \"/\" INBOX\r\n",
                "NAMESPACE" => "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
                "EXAMINE" or "SELECT" => Selected(),
                "UID" => Uid(rest),
                "NOOP" => $"* {Count} EXISTS\r\n",
                "LOGOUT" => "* BYE\r\n",
                _ => "",
            };
            if (command == "IDLE")
            {
                await IdleAsync(stream, cancel);
            }

            var isWrong = command == "LOGIN" && !rest.Contains(Password, StringComparison.Ordinal);
            var end =
                isWrong ? "NO [AUTHENTICATIONFAILED] Wrong user or password"
                : command == "EXAMINE" ? "OK [READ-ONLY] done"
                : "OK done";
            await SayAsync(stream, $"{text}{tag} {end}\r\n", cancel);
            if (command == "LOGOUT")
            {
                return;
            }
        }
    }

    private string Capabilities => HasIdle ? "IMAP4rev1 IDLE" : "IMAP4rev1";

    private int Count
    {
        get
        {
            lock (_lock)
            {
                return _mails.Count;
            }
        }
    }

    private string Selected()
    {
        lock (_lock)
        {
            return $"* FLAGS (\\Seen)\r\n* {_mails.Count} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {Validity}] ok\r\n* OK [UIDNEXT {_next}] ok\r\n* OK [PERMANENTFLAGS ()] no\r\n";
        }
    }

    /// <summary>FETCH from a number on, as a range that ends with a star gives: at least the last mail; SEARCH finds all.</summary>
    private string Uid(string rest)
    {
        lock (_lock)
        {
            if (rest.StartsWith("SEARCH", StringComparison.OrdinalIgnoreCase))
            {
                return $"* SEARCH {string.Join(' ', _mails.Select(each => each.Uid))}\r\n";
            }

            var set = rest.Split(' ')[1];
            var first = uint.Parse(set.Split(':')[0], CultureInfo.InvariantCulture);
            var isRange = set.Contains(':', StringComparison.Ordinal);
            var text = new StringBuilder();
            foreach (var (uid, mail) in _mails)
            {
                if (uid == first || (isRange && (uid >= first || uid == _mails[^1].Uid)))
                {
                    var at = _mails.FindIndex(each => each.Uid == uid) + 1;
                    text.Append(
                        rest.Contains("BODY", StringComparison.OrdinalIgnoreCase)
                            ? $"* {at} FETCH (UID {uid} BODY[] {{{mail.Length}}}\r\n{Encoding.Latin1.GetString(mail)})\r\n"
                            : $"* {at} FETCH (UID {uid} RFC822.SIZE {mail.Length})\r\n"
                    );
                }
            }

            return text.ToString();
        }
    }

    private async Task IdleAsync(NetworkStream stream, CancellationToken cancel)
    {
        await SayAsync(stream, "+ idling\r\n", cancel);
        var done = LineAsync(stream, cancel);
        while (!done.IsCompleted)
        {
            Task news;
            lock (_lock)
            {
                news = (_news = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await Task.WhenAny(done, news.WaitAsync(cancel));
            if (news.IsCompleted)
            {
                await SayAsync(stream, $"* {Count} EXISTS\r\n", cancel);
            }
        }

        await done;
    }

    private static async Task SayAsync(NetworkStream stream, string text, CancellationToken cancel) =>
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancel);

    private static async Task<string> LineAsync(NetworkStream stream, CancellationToken cancel)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancel) > 0)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        return "";
    }
}
