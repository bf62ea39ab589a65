using System.Text.Json;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class KeepingTheTokenTests : IDisposable
{
    private const string Token = "s3cret-t0ken";

    private readonly Probing _probing = new(limit: 65536);

    public static TheoryData<FakeLettaMood> EveryMood => [.. Enum.GetValues<FakeLettaMood>()];

    public void Dispose() => _probing.Dispose();

    [Theory]
    [MemberData(nameof(EveryMood))]
    public async Task No_report_and_no_step_holds_the_token(FakeLettaMood mood)
    {
        await using var letta = await FakeLetta.StartAsync(
            new FakeLettaBehaviour
            {
                Mood = mood,
                Token = Token,
                Version = $"0.16.8 {Token}",
                RedirectTo = new Uri($"http://user:{Token}@elsewhere.example/{Token}/login?token={Token}#{Token}"),
            }
        );
        var told = new List<LettaStep>();

        var report = await _probing.TestAsync(letta.Address, Token, TimeSpan.FromSeconds(1), told.Add);

        var written = JsonSerializer.Serialize(report) + report + string.Join(' ', report.Steps) + string.Join(' ', told);
        Assert.DoesNotContain(Token, written, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_redirect_is_told_without_secrets_and_its_target_is_not_asked()
    {
        await using var elsewhere = await FakeLetta.StartAsync();
        await using var letta = await FakeLetta.StartAsync(
            new FakeLettaBehaviour
            {
                Mood = FakeLettaMood.Redirects,
                RedirectTo = new Uri($"http://me:pass@localhost:{elsewhere.Port}/login?next=secret"),
            }
        );

        var report = await _probing.TestAsync(letta.Address, Token);

        Assert.Equal((LettaVerdict.Redirect, 307), (report.Verdict, report.HttpStatus));
        Assert.Contains(
            $"redirects to http://localhost:{elsewhere.Port}/login, which was not followed",
            report.Message,
            StringComparison.Ordinal
        );
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(FakeLettaMood.ServesAWebPage)]
    [InlineData(FakeLettaMood.AnswersOtherJson)]
    [InlineData(FakeLettaMood.IsAnAppServer)]
    [InlineData(FakeLettaMood.Redirects)]
    [InlineData(FakeLettaMood.Fails)]
    public async Task What_is_not_letta_never_gets_the_token(FakeLettaMood mood)
    {
        await using var letta = await FakeLetta.StartAsync(
            new FakeLettaBehaviour { Mood = mood, RedirectTo = new Uri("http://elsewhere.example/") }
        );

        await _probing.TestAsync(letta.Address, Token);

        Assert.NotEmpty(letta.Requests);
        Assert.All(letta.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task Words_of_the_server_are_shown_without_the_token_they_repeat()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Mood = FakeLettaMood.EchoesTheToken, Token = Token });

        var report = await _probing.TestAsync(letta.Address, Token);

        Assert.Equal((LettaVerdict.Forbidden, "No •••"), (report.Verdict, report.HttpPhrase));
        Assert.Contains("“not •••; nor •••”", report.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("pässword")]
    public async Task A_token_that_cannot_be_sent_is_not_sent_and_said_so(string token)
    {
        await using var letta = await FakeLetta.StartAsync();

        var report = await _probing.TestAsync(letta.Address, token);

        Assert.Equal(LettaVerdict.Unauthorized, report.Verdict);
        Assert.Contains("can't be sent", report.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_does_not_print_its_token()
    {
        var target = new LettaTarget(new Uri("http://localhost:8283/"), Token, TimeSpan.FromSeconds(30));

        Assert.DoesNotContain(Token, target + JsonSerializer.Serialize(target), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_a_server_is_cut_and_stripped()
    {
        var shown = new Shown(Token);

        Assert.Equal("a b c d", shown.Clean("a\r\nb\u0000\u001b c\u202E\td\u200b"));
        Assert.Equal(new string('x', 120) + "…", shown.Clean(new string('x', 5000)));
        Assert.Equal(10 + 1, shown.Clean(string.Concat(Enumerable.Repeat("😀", 50)), 10).Length);
    }
}
