using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Letta.Probe;

namespace Sanctum.Configurator.Tests.Features.Letta;

public sealed class TestingAConnectionTests : KitContext
{
    private readonly TaskCompletionSource<Outcome<LettaTestResult>> _answer = new();
    private IReadOnlyDictionary<string, string?>? _asked;
    private Action<LettaStep>? _onStep;
    private CancellationToken _token;

    public TestingAConnectionTests()
    {
        Reader.SetPolicies(Policies.TestLetta);
        Services.AddSingleton<LettaTests>(new HeldTests(this));
    }

    [Fact]
    public void Nobody_else_sees_it()
    {
        Reader.SetPolicies(Policies.ReadSettings);

        Assert.Empty(Render<ConnectionTest>().FindAll("*"));
    }

    [Fact]
    public void Every_step_is_shown_as_it_ends_in_a_list_that_does_not_grow()
    {
        var test = Render<ConnectionTest>(p =>
            p.Add(c => c.Unsaved, () => new Dictionary<string, string?> { ["letta_server_port"] = "8283" })
        );
        var size = test.FindAll("li").Count;
        test.Find("button").Click();

        _onStep!(new(LettaSteps.NameResolution, null, 0, ""));
        _onStep(new(LettaSteps.NameResolution, true, 4, "127.0.0.1"));
        _onStep(new(LettaSteps.Tcp, null, 0, ""));

        Assert.Equal("8283", _asked!["letta_server_port"]);
        test.WaitForAssertion(() => Assert.Single(test.FindAll(".step-busy")));
        Assert.Contains("127.0.0.1", test.Find(".step-good").TextContent);
        Assert.Contains("4 ms", test.Find(".step-good").TextContent);
        Assert.Equal((size, LettaSteps.All.Count), (test.FindAll("li").Count, size));
        Assert.Equal("Cancel", test.Find("button").TextContent.Trim());
    }

    [Fact]
    public void The_verdict_says_what_happened_and_what_to_do()
    {
        LettaTestResult? told = null;
        var test = Render<ConnectionTest>(p => p.Add(c => c.OnTested, result => told = result));
        test.Find("button").Click();

        _answer.SetResult(new Outcome<LettaTestResult>.Ok(Result(LettaVerdict.Unauthorized)));

        test.WaitForAssertion(() => Assert.Contains("Token not accepted", test.Find("[role=alert]").TextContent));
        Assert.Contains("Type the token.", test.Find("[role=alert]").TextContent);
        Assert.Contains("401 Unauthorized", test.Markup);
        Assert.Contains("42 ms", test.Markup);
        Assert.Contains("0.16.8", test.Markup);
        Assert.Equal("Test connection", test.Find("button").TextContent.Trim());
        Assert.NotNull(told);
    }

    [Fact]
    public void Refused_columns_are_told_to_who_placed_it()
    {
        IReadOnlyDictionary<string, string>? told = null;
        var test = Render<ConnectionTest>(p => p.Add(c => c.OnRefused, reasons => told = reasons));
        test.Find("button").Click();

        _answer.SetResult(new Outcome<LettaTestResult>.Invalid("letta_server_port", "A port is a number."));

        test.WaitForAssertion(() => Assert.Contains("A port is a number.", test.FindAll("[aria-live=polite]")[^1].TextContent));
        Assert.Equal(["letta_server_port"], told!.Keys);
    }

    [Fact]
    public void It_can_be_cancelled_and_is_when_it_goes()
    {
        var test = Render<ConnectionTest>();
        test.Find("button").Click();
        test.Find("button").Click();

        test.WaitForAssertion(() => Assert.Contains("The test was not recorded", test.Markup));
        Assert.True(_token.IsCancellationRequested);
    }

    [Fact]
    public async Task It_is_cancelled_when_the_page_is_left()
    {
        var test = Render<ConnectionTest>();
        test.Find("button").Click();

        await DisposeComponentsAsync();

        Assert.True(_token.IsCancellationRequested);
    }

    [Fact]
    public void A_failure_of_the_console_shows_nothing_of_its_inside()
    {
        var test = Render<ConnectionTest>();
        test.Find("button").Click();

        _answer.SetException(new InvalidOperationException("secret detail"));

        test.WaitForAssertion(() => Assert.Contains("could not be run", test.Find("[role=alert]").TextContent));
        Assert.DoesNotContain("secret detail", test.Markup);
    }

    private static LettaTestResult Result(LettaVerdict verdict) =>
        new(
            new(
                verdict,
                401,
                "Unauthorized",
                42,
                "0.16.8",
                null,
                "It says no.",
                "Type the token.",
                [new(LettaSteps.NameResolution, true, 1, "localhost")]
            ),
            new("http://localhost:8283/"),
            null
        );

    /// <summary>Answers when the test says so.</summary>
    private sealed class HeldTests(TestingAConnectionTests held) : LettaTests(null!, null!, null!, null!, null!)
    {
        public override Task<Outcome<LettaTestResult>> TestAsync(
            IReadOnlyDictionary<string, string?> unsaved,
            Action<LettaStep>? onStep,
            CancellationToken cancel
        )
        {
            (held._asked, held._onStep, held._token) = (unsaved, onStep, cancel);
            cancel.Register(() => held._answer.TrySetCanceled(cancel));
            return held._answer.Task;
        }
    }
}
