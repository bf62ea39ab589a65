using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// A mailbox on a real port that speaks as much IMAP as a reader needs, with IDLE where it is told to. As real servers do, it tells each
/// connection of a new mail once: at the end of any command, or while that one idles.
/// </summary>
public sealed class FakeImap : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(uint Uid, byte[] Mail, int Size)> _mails = [];
    private readonly RawServer _server;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hangsUp;
    private int _idling;
    private int _removed;
    private uint _next = 1;

    /// <param name="certificate">It speaks TLS from the first byte on; null for a connection that anybody can read.</param>
    public FakeImap(X509Certificate2? certificate = null) =>
        _server = RawServer.Talking(
            async (stream, cancel) =>
            {
                if (certificate is null)
                {
                    await TalkAsync(stream, cancel);
                    return;
                }

                await using var encrypted = new SslStream(stream);
                await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancel);
                await TalkAsync(encrypted, cancel);
            }
        );

    public int Port => _server.Port;

    public int Connections => _server.Accepted;

    public bool HasIdle { get; set; } = true;

    public string Password { get; set; } = FakeMailServer.Password;

    public uint Validity { get; private set; } = 7;

    /// <summary>The commands that came, without their tags.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    /// <summary>Called before a command is answered.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>The numbers of mails that it does not hand out.</summary>
    public ConcurrentDictionary<uint, bool> Withheld { get; } = [];

    /// <summary>How many connections wait for news.</summary>
    public int Idling => Volatile.Read(ref _idling);

    /// <param name="size">As it is told; null for as large as it is.</param>
    public void Add(string mail, int? size = null)
    {
        var bytes = Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));
        Change(() => _mails.Add((_next++, bytes, size ?? bytes.Length)));
    }

    /// <summary>Many at once, of which nobody reads more than the number.</summary>
    public void AddOld(int count) => Change(() => _mails.AddRange(Enumerable.Range(0, count).Select(_ => (_next++, "x"u8.ToArray(), 1))));

    /// <summary>The first is deleted in the moment in which another one comes.</summary>
    public void Replace(string mail) =>
        Change(() =>
        {
            _mails.RemoveAt(0);
            _removed++;
            var bytes = Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));
            _mails.Add((_next++, bytes, bytes.Length));
        });

    /// <summary>Ends all that idle, as servers do after half an hour.</summary>
    public void HangUp() => Change(() => _hangsUp = true);

    /// <summary>As a server does that was set up anew: the same mails have other numbers.</summary>
    public void NumberAnew() =>
        Change(() =>
        {
            Validity++;
            var mails = _mails.ToList();
            _mails.Clear();
            _next = 100;
            mails.ForEach(mail => _mails.Add((_next++, mail.Mail, mail.Size)));
        });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Nobody who waits for a change misses one: what they wait for is taken in the same lock in which they look.</summary>
    private void Change(Action act)
    {
        TaskCompletionSource told;
        lock (_lock)
        {
            act();
            (told, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult();
    }

    private async Task TalkAsync(Stream stream, CancellationToken cancel)
    {
        var told = -1;
        await SayAsync(stream, $"* OK [CAPABILITY {Capabilities}] fake\r\n", cancel);
        while (await LineAsync(stream, cancel) is { Length: > 0 } line)
        {
            var parts = line.Split(' ', 3);
            var (tag, command, rest) = (parts[0], parts[1].ToUpperInvariant(), parts.Length > 2 ? parts[2] : "");
            Commands.Enqueue($"{command} {rest}".Trim());
            Before?.Invoke($"{command} {rest}");
            if (command == "IDLE")
            {
                told = await IdleAsync(stream, told, cancel);
                if (told < 0)
                {
                    return;
                }
            }

            var text = command switch
            {
                "CAPABILITY" => $"* CAPABILITY {Capabilities}\r\n",
                "LIST" or "LSUB" => "* LIST (\\HasNoChildren) \"/\" INBOX\r\n",
                "NAMESPACE" => "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
                "EXAMINE" or "SELECT" => Selected(),
                "UID" => Uid(rest),
                "LOGOUT" => "* BYE\r\n",
                _ => "",
            };
            var news = Count;
            if (command is "EXAMINE" or "SELECT")
            {
                told = news;
            }
            else if (told >= 0 && told != news)
            {
                text += $"* {news} EXISTS\r\n";
                told = news;
            }

            await SayAsync(stream, $"{text}{tag} {EndOf(command, rest, line)}\r\n", cancel);
            if (command == "LOGOUT")
            {
                return;
            }
        }
    }

    private string EndOf(string command, string rest, string line) =>
        command == "LOGIN" && !rest.Contains(Password, StringComparison.Ordinal) ? $"NO [AUTHENTICATIONFAILED] What does {line} mean"
        : command == "UID" && rest.Contains("BODY", StringComparison.Ordinal) && Withheld.ContainsKey(FirstOf(rest))
            ? "NO [SERVERBUG] Internal error occurred"
        : command == "EXAMINE" ? "OK [READ-ONLY] done"
        : "OK done";

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

    private static uint FirstOf(string rest) => uint.Parse(rest.Split(' ')[1].Split(':')[0], CultureInfo.InvariantCulture);

    /// <summary>FETCH from a number on, as a range that ends with a star gives: at least the last mail; SEARCH finds all.</summary>
    private string Uid(string rest)
    {
        lock (_lock)
        {
            if (rest.StartsWith("SEARCH", StringComparison.OrdinalIgnoreCase))
            {
                return $"* SEARCH {string.Join(' ', _mails.Select(each => each.Uid))}\r\n";
            }

            var first = FirstOf(rest);
            var isRange = rest.Split(' ')[1].Contains(':', StringComparison.Ordinal);
            var chosen = _mails
                .Index()
                .Where(each => each.Item.Uid == first || (isRange && (each.Item.Uid >= first || each.Item == _mails[^1])));
            return string.Concat(chosen.Select(each => Fetched(rest, each.Index + 1, each.Item.Uid, each.Item.Mail, each.Item.Size)));
        }
    }

    private string Fetched(string rest, int at, uint uid, byte[] mail, int size)
    {
        if (!rest.Contains("BODY", StringComparison.Ordinal))
        {
            return $"* {at} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE \"21-Nov-2026 08:00:00 +0000\")\r\n";
        }

        var text = Encoding.Latin1.GetString(mail);
        var isHead = rest.Contains("HEADER", StringComparison.Ordinal);
        text = isHead ? text[..(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)] : text;
        return Withheld.ContainsKey(uid)
            ? ""
            : $"* {at} FETCH (UID {uid} BODY[{(isHead ? "HEADER" : "")}] {{{text.Length}}}\r\n{text})\r\n";
    }

    /// <returns>How many mails it has told of; less than none where it hangs up.</returns>
    private async Task<int> IdleAsync(Stream stream, int told, CancellationToken cancel)
    {
        await SayAsync(stream, "+ idling\r\n", cancel);
        var done = LineAsync(stream, cancel);
        var removed = Volatile.Read(ref _removed);
        Interlocked.Increment(ref _idling);
        try
        {
            while (!done.IsCompleted)
            {
                Task changed;
                int count;
                var gone = -removed;
                lock (_lock)
                {
                    (changed, count, removed) = (_changed.Task, _mails.Count, _removed);
                    if (_hangsUp)
                    {
                        _hangsUp = false;
                        return -1;
                    }
                }

                for (gone += removed; gone > 0; gone--, told--)
                {
                    await SayAsync(stream, "* 1 EXPUNGE\r\n", cancel);
                }

                if (count != told)
                {
                    await SayAsync(stream, $"* {count} EXISTS\r\n", cancel);
                    told = count;
                }

                await Task.WhenAny(done, changed);
            }

            await done;
            return told;
        }
        finally
        {
            Interlocked.Decrement(ref _idling);
        }
    }

    private static async Task SayAsync(Stream stream, string text, CancellationToken cancel) =>
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancel);

    private static async Task<string> LineAsync(Stream stream, CancellationToken cancel)
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
