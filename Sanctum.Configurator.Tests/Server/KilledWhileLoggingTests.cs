using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A power cut while many programs send lines: what was acknowledged is there, once, and so is what is sent again.</summary>
public sealed class KilledWhileLoggingTests : IAsyncLifetime
{
    private const int Senders = 8;
    private const int Moments = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConsoleProcess _console = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentQueue<string> _unanswered = new();
    private Caller _caller = null!;

    public async ValueTask InitializeAsync()
    {
        await _console.StartAsync();
        _caller = _console.WithKey();
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _console.DisposeAsync();
    }

    [LongFact]
    public async Task Every_acknowledged_line_is_there_once_whenever_the_power_goes()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(sender, enough.Token)));
        for (var moment = 0; moment < Moments; moment++)
        {
            AwaitMore(1 + (moment * 7));
            var acknowledged = _acknowledged.ToList();
            await using var left = await LeftByAKill.OfAsync(_console);

            var kept = await KeptAsync(left.Home);
            Assert.Empty(acknowledged.Except(kept.Keys));
            Assert.DoesNotContain(kept, line => line.Value != 1);
        }

        await enough.CancelAsync();
        await sending;
    }

    [LongFact]
    public async Task What_was_not_acknowledged_is_sent_again_and_stored_once()
    {
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(sender, Cancel)));
        AwaitMore(100);
        await _console.KillAsync();
        await sending;
        await _console.StartAsync();
        var again = _unanswered.ToList();
        foreach (var line in again)
        {
            // It may have been stored before its sender could hear of it.
            Assert.Contains(await PostAsync(line), new[] { HttpStatusCode.Created, HttpStatusCode.OK });
        }

        await _console.KillAsync();
        var kept = await KeptAsync(_console.Home);
        Assert.Equal(Senders, again.Count);
        Assert.Empty(_acknowledged.Concat(again).Except(kept.Keys));
        Assert.DoesNotContain(kept, line => line.Value != 1);
    }

    /// <summary>Sends line after line, each when the one before was acknowledged, until it is told to stop or nobody answers.</summary>
    private async Task SendAsync(int sender, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var line = $"line {number} of sender {sender}";
            try
            {
                Assert.Equal(HttpStatusCode.Created, await PostAsync(line));
                _acknowledged.Enqueue(line);
            }
            catch (HttpRequestException)
            {
                _unanswered.Enqueue(line);
                return;
            }
        }
    }

    private async Task<HttpStatusCode> PostAsync(string line)
    {
        using var body = JsonContent.Create(
            new
            {
                level = "info",
                source = "system",
                message = line,
            }
        );
        using var answer = await _caller.PostAsync("/api/logs", body, line);
        return answer.StatusCode;
    }

    /// <summary>Waits until so many more lines were acknowledged.</summary>
    private void AwaitMore(int lines)
    {
        var before = _acknowledged.Count;
        Wait.Spin(() => _acknowledged.Count >= before + lines);
    }

    /// <summary>How many times each line that the senders sent is in the store.</summary>
    private static async Task<Dictionary<string, int>> KeptAsync(string home)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(home, "logs.db")};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT message, count(*) FROM logs WHERE message LIKE 'line % of sender %' GROUP BY message";
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var kept = new Dictionary<string, int>();
        while (await reader.ReadAsync(Cancel))
        {
            kept[reader.GetString(0)] = reader.GetInt32(1);
        }

        return kept;
    }
}
