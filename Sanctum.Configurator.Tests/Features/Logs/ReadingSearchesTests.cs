using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Viewing;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class ReadingSearchesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bogus:1", 0, 7, "Unknown field bogus")]
    [InlineData("lever:error", 0, 11, "Did you mean level?")]
    [InlineData("ok level:loud", 3, 10, "The level must be one of debug, info, warning, error, critical")]
    [InlineData("source:kitchen", 0, 14, "The source must be one of")]
    [InlineData("agent:Nobody", 0, 12, "Unknown agent Nobody")]
    [InlineData("user:nobody", 0, 11, "Unknown user nobody")]
    [InlineData("message~\"(\"", 0, 11, "not a valid regular expression")]
    [InlineData("message~\"(?=a)\"", 0, 15, "back references and atomic groups are")]
    [InlineData("\"open", 0, 5, "not closed")]
    [InlineData("level:", 0, 6, "Enter a value for level")]
    [InlineData("...", 0, 3, "at least one letter or digit")]
    [InlineData("a OR", 2, 2, "OR stands between two words")]
    [InlineData("OR a", 0, 2, "OR stands between two words")]
    [InlineData("a OR -b", 2, 2, "OR stands between two words")]
    [InlineData("a OR level:error", 2, 2, "level:error,critical")]
    [InlineData("a OR (b c)", 5, 5, "Parentheses can hold words with OR")]
    [InlineData("(a \"b c\") OR d", 0, 9, "Parentheses can hold words with OR")]
    [InlineData("AND a", 0, 3, "AND stands between two terms")]
    [InlineData("a AND b OR c", 2, 3, "OR binds first")]
    [InlineData("a NOT b", 2, 3, "such as -timeout")]
    [InlineData("a !b", 2, 2, "-b")]
    [InlineData("details.a>1", 0, 11, "Use : with details")]
    [InlineData("agent:\0", 6, 1, "NUL")]
    [InlineData("message~(a{1000}){1000}", 0, 23, "too large")]
    public async Task What_is_wrong_is_named_where_it_stands(string query, int start, int length, string message)
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);

        var error = Assert.Single((await ReadAsync(store, query)).Errors);

        Assert.Equal((start, length), (error.Start, error.Length));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("details.a", 1_900)]
    [InlineData("details.a", 50)]
    [InlineData("x", 100_000)]
    public async Task What_would_take_for_ever_is_refused_before_it_is_searched_for(string query, int times)
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);

        Assert.Contains(
            "at most",
            Assert.Single((await ReadAsync(store, $"{query}{string.Concat(Enumerable.Repeat(".a", times))}:1")).Errors).Message,
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_longest_search_is_made(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync([.. Enumerable.Range(0, 6_000).Select(at => LogStore.Line("a b c"))]);
        await store.IndexAsync();

        foreach (
            var term in new[]
            {
                "a ",
                "a OR b ",
                "-x ",
                "登",
                "agent:1 ",
                "-agent:2 ",
                "level:info ",
                "source:system ",
                "\"a b\" ",
                "message~a ",
                "details.a:1 ",
            }
        )
        {
            await store.ReadAsync(string.Concat(Enumerable.Repeat(term, LogQueryReader.LongestQuery / term.Length)).Trim());
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_is_found_by_its_name_whatever_its_case(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        int id;
        await using (var registry = store.Registry.Open())
        {
            var agent = new Agent { Name = "Athena of the_North" };
            registry.Add(agent);
            await registry.SaveChangesAsync(Cancel);
            id = agent.Id;
        }

        Assert.Equal([new LogOrigin("agent", id)], (await store.FilterAsync("agent:\"Athena of the_North\"")).Origins);
        Assert.Single((await ReadAsync(store, "agent:\"Athena of theXNorth\"")).Errors);
    }

    [Theory]
    [InlineData("https://example.org/a", false)]
    [InlineData("12:30", false)]
    public async Task What_only_looks_like_a_field_is_words(string query, bool isWrong)
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);

        var reading = await ReadAsync(store, query);

        Assert.Equal(isWrong, reading.Errors.Count > 0);
        Assert.Single(reading.Filter.Phrases);
    }

    [Theory]
    [InlineData("x (a OR b)", "x a|b")]
    [InlineData("(\"b c\" OR a) x", "b c|a x")]
    [InlineData("((a OR b) OR c)", "a|b|c")]
    [InlineData("foo(a) OR b (c)", "foo a|b c")]
    [InlineData("a || b", "a|b")]
    [InlineData("a AND b && c", "a b c")]
    [InlineData("a \"AND\" \"NOT\" \"OR\"", "a and not or")]
    public async Task Operators_of_other_searches_are_read_where_they_mean_the_same(string query, string phrases)
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);

        var read = (await store.FilterAsync(query)).Phrases;
        Assert.Equal(phrases, string.Join(' ', read.Select(any => string.Join('|', any.Select(phrase => string.Join(' ', phrase.Words))))));
    }

    [Theory]
    [InlineData("timeout or refused", true)]
    [InlineData("timeout \"or\" refused", false)]
    [InlineData("timeout OR refused", false)]
    [InlineData("or refused", false)]
    [InlineData("this -or that", false)]
    public void An_operator_in_lower_case_is_pointed_out(string query, bool isPointedOut) =>
        Assert.Equal(isPointedOut, LogOperators.HintFor(query) is not null);

    [Fact]
    public async Task Levels_narrow_each_other()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);

        Assert.Equal([LogLevelWord.Warning], (await store.FilterAsync("level>=warning level<error")).Levels);
        Assert.Empty((await store.FilterAsync("level:info level:error")).Levels!);
    }

    [Theory]
    [InlineData("Run 12 took 340.5 ms", "Run * took *.* ms")]
    [InlineData("Block 4bf92f3577b34da6 attached", "Block * attached")]
    [InlineData("Agent \"Athena 2\" is up", "Agent \"*\" is up")]
    [InlineData("user12 from 10.0.0.7:8283", "user* from *.*.*.*:*")]
    [InlineData("first line 1\nsecond line 2", "first line *")]
    [InlineData("a \" alone", "a \" alone")]
    [InlineData("", "")]
    public void A_pattern_leaves_out_numbers_ids_and_quoted_names(string message, string pattern) =>
        Assert.Equal(pattern, MessagePattern.Of(message));

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("a\u202eb\u0000c\rd", "a\ufffdb\u2400c⏎d")]
    [InlineData("\u001bnothing", "␛nothing")]
    [InlineData("\u001b]8;;http://x\u0007link\u001b]8;;\u0007\u001b(B.\u009b1mb", "link.b")]
    [InlineData("12345678901", "1234567890…")]
    public void A_line_is_shown_without_harm(string message, string shown) => Assert.Equal(shown, LineText.Of(message, 10));

    private static async Task<LogReading> ReadAsync(LogStore store, string query)
    {
        await using var scope = store.Registry.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<LogQueryReader>().ReadAsync(query, Cancel);
    }
}
