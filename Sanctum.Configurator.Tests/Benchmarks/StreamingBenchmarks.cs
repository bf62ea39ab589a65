using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Tests.Browser;
using Sanctum.Configurator.Tests.Server;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// What the console adds to each word of an answer, from the model's sending to the reader of <c>/api/chat/stream</c>, over the loopback:
/// <c>dotnet run -c Release -- --explicit only --filter-class "*StreamingBenchmarks" --show-live-output on</c>. Provider, console and readers
/// share one process and its cores. It prints what it measures and judges nothing.
/// </summary>
public sealed partial class StreamingBenchmarks(ConversationsInTheBrowserTests.TalkingConsole console, ITestOutputHelper output)
    : IClassFixture<ConversationsInTheBrowserTests.TalkingConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true, Timeout = 0)]
    public async Task The_first_word()
    {
        Say(words: 1, between: TimeSpan.Zero);
        ConcurrentBag<double> times = [];
        for (var round = 0; round < 60; round++)
        {
            ConcurrentBag<double> of = [];
            await AskAsync($"Round {round}", of);
            if (round >= 20)
            {
                times.Add(of.Min());
            }
        }

        Print("first word of one stream", times);
    }

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(1, 20)]
    [InlineData(20, 20)]
    [InlineData(200, 20)]
    [InlineData(200, 5)]
    public async Task Streams_at_once(int streams, int wordsASecond)
    {
        Say(words: 10 * wordsASecond, between: TimeSpan.FromSeconds(1.0 / wordsASecond));
        await AskAsync("Warm", []);
        var (times, began, used) = (new ConcurrentBag<double>(), Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, streams).Select(number => AskAsync($"Question {number}", times)));
        var took = Stopwatch.GetElapsedTime(began);
        Print($"{streams} streams of {wordsASecond} words a second", times);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{times.Count:N0} words in {took.TotalSeconds:N1} s, {(Environment.CpuUsage.TotalTime - used).TotalSeconds:N1} s of processor time"
            )
        );
    }

    private void Say(int words, TimeSpan between)
    {
        console.Provider.Words = [.. Enumerable.Repeat("word", words)];
        console.Provider.BeforeWord = _ => between > TimeSpan.Zero ? Task.Delay(between, Cancel) : Task.CompletedTask;
        console.Provider.SaysWord = _ => string.Create(CultureInfo.InvariantCulture, $"t{Stopwatch.GetTimestamp()} ");
    }

    private async Task AskAsync(string text, ConcurrentBag<double> times)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ConsoleServer.FirstKey);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat/stream") { Content = JsonContent.Create(new { text }) };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        var isText = false;
        while (await lines.ReadLineAsync(Cancel) is { } line)
        {
            isText = line.StartsWith("event: ", StringComparison.Ordinal) ? line == "event: text" : isText;
            if (isText && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                var now = Stopwatch.GetTimestamp();
                foreach (var stamp in Stamp().EnumerateMatches(line))
                {
                    var said = long.Parse(line.AsSpan(stamp.Index + 1, stamp.Length - 1), CultureInfo.InvariantCulture);
                    times.Add(Stopwatch.GetElapsedTime(said, now).TotalMilliseconds);
                }
            }
        }
    }

    private void Print(string what, IEnumerable<double> times)
    {
        var sorted = times.Order().ToList();
        string At(double part) =>
            sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))].ToString("N1", CultureInfo.InvariantCulture);
        output.WriteLine($"{what}: p50 {At(0.5)} ms, p90 {At(0.9)} ms, p99 {At(0.99)} ms, most {At(1)} ms");
    }

    [GeneratedRegex(@"t\d+")]
    private static partial Regex Stamp();
}
