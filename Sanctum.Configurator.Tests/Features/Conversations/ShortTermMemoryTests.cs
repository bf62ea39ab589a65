using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.ShortTerm;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>The last messages come from where they are kept, and from the database where they are not: in memory and with a real Redis.</summary>
public sealed class ShortTermMemoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData(false), InlineData(true)]
    public async Task Only_what_was_said_since_is_read_from_the_database(bool withRedis)
    {
        await using var redis = withRedis ? await RealRedis.StartAsync() : null;
        await using var talk = await Talk.CreateAsync();
        await using var console = Console(redis?.Url);
        await talk.SayAsync("One", "First answer", "Two");
        Assert.Equal(["One", "First answer", "Two"], await talk.ReadAsync(console));

        await talk.RewriteAsync("One", "Changed in the database");
        await talk.SayAsync("Second answer", "Three");

        Assert.Equal(["One", "First answer", "Two", "Second answer", "Three"], await talk.ReadAsync(console));
        Assert.Equal(["Second answer", "Three"], await talk.ReadAsync(console, most: 2));
    }

    [Fact]
    public async Task What_was_kept_of_the_last_message_alone_is_not_all_for_whoever_wants_more()
    {
        await using var talk = await Talk.CreateAsync();
        await using var console = Console(null);
        await talk.SayAsync("One", "Answer of an agent, which is given the last message alone", "Two");
        Assert.Equal(["Two"], await talk.ReadAsync(console, most: 1));

        Assert.Equal(3, (await talk.ReadAsync(console)).Count);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_has_ended_is_read_from_the_database_again(bool withRedis)
    {
        await using var redis = withRedis ? await RealRedis.StartAsync() : null;
        await using var talk = await Talk.CreateAsync();
        await using var console = Console(redis?.Url);
        await talk.SayAsync("One");
        await talk.ReadAsync(console);
        await talk.RewriteAsync("One", "Changed");

        await console.GetRequiredService<ShortTermMemory>().ForgetAsync(talk.Conversation.Id, Cancel);

        Assert.Equal(["Changed"], await talk.ReadAsync(console));
    }

    [Fact]
    public async Task Another_console_finds_them_in_Redis_but_for_a_temporary_conversation()
    {
        await using var redis = await RealRedis.StartAsync();
        foreach (var isTemporary in new[] { false, true })
        {
            await using var talk = await Talk.CreateAsync(isTemporary);
            await using var first = Console(redis.Url);
            await using var second = Console(redis.Url);
            await talk.SayAsync("One");
            await talk.ReadAsync(first);
            await talk.RewriteAsync("One", "Changed");

            Assert.Equal([isTemporary ? "Changed" : "One"], await talk.ReadAsync(second));
        }
    }

    [Fact]
    public async Task Where_Redis_is_gone_the_database_answers_and_the_console_says_so()
    {
        var redis = await RealRedis.StartAsync();
        await using var talk = await Talk.CreateAsync();
        await using var console = Console(redis.Url);
        await using var later = Console(redis.Url);
        await talk.SayAsync("One");
        await talk.ReadAsync(console);
        var connection = console.GetRequiredService<RedisConnection>();
        Assert.False(connection.IsGone);

        await redis.DisposeAsync();
        await talk.SayAsync("Answer", "Two");
        Assert.Equal(["One", "Answer", "Two"], await talk.ReadAsync(console));
        Assert.Equal(["One", "Answer", "Two"], await talk.ReadAsync(later));
        await Wait.UntilAsync(() => Task.FromResult(connection.IsGone));
        var area = ActivatorUtilities.CreateInstance<RedisArea>(console);
        var said = Assert.Single((await area.ReadAsync(Cancel)).Attention);
        Assert.Contains($"127.0.0.1:{redis.Port}", said.Detail!, StringComparison.Ordinal);
        Assert.DoesNotContain("password", said.Detail!, StringComparison.Ordinal);

        await using var again = await RealRedis.StartAsync(redis.Port);
        await Wait.UntilAsync(() => Task.FromResult(!connection.IsGone));
        Assert.Empty((await area.ReadAsync(Cancel)).Attention);
    }

    [Theory]
    [InlineData("localhost:6379")]
    [InlineData("http://localhost:6379")]
    [InlineData("redis://")]
    [InlineData("redis://localhost/first")]
    [InlineData("redis://localhost/99999999")]
    [InlineData("redis://localhost/0?ssl=true")]
    [InlineData("redis://localhost:port/0")]
    public void An_address_that_is_none_keeps_the_console_from_starting(string url)
    {
        var why = Assert.Throws<StartRefusedException>(() => RedisAddress.Read(url));

        Assert.StartsWith("REDIS_URL is not valid. ", why.Message, StringComparison.Ordinal);
        Assert.EndsWith("Leave it empty to keep the last messages in the console's own memory.", why.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://localhost:6379/0", "localhost:6379", null, null, 0, false)]
    [InlineData("redis://:p%40ss%2Fword@cache", "cache:6379", null, "p@ss/word", 0, false)]
    [InlineData("rediss://sanctum:secret@cache.example.org:6380/3", "cache.example.org:6380", "sanctum", "secret", 3, true)]
    [InlineData("redis://onlypassword@cache/", "cache:6379", null, "onlypassword", 0, false)]
    [InlineData(" redis://[::1]:7000/1 ", "[::1]:7000", null, null, 1, false)]
    public void An_address_is_read_as_it_is_written(string url, string place, string? user, string? password, int database, bool isTls)
    {
        var read = RedisAddress.Read(url);

        Assert.Equal(
            (place, user, password, database, isTls),
            (
                StackExchange.Redis.EndPointCollection.ToString(read.EndPoints[0]),
                read.User,
                read.Password,
                read.DefaultDatabase!.Value,
                read.Ssl
            )
        );
    }

    private static ServiceProvider Console(string? redisUrl) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton<Signal<RedisMoved>>()
            .AddShortTermCache(redisUrl)
            .AddSingleton<ShortTermMemory>()
            .BuildServiceProvider();

    /// <summary>A conversation with one branch.</summary>
    private sealed class Talk(TestRegistry registry, Conversation conversation) : IAsyncDisposable
    {
        private readonly List<Guid> _path = [];

        public Conversation Conversation => conversation;

        public static async Task<Talk> CreateAsync(bool isTemporary = false)
        {
            var registry = await TestRegistry.CreateAsync();
            var conversation = new Conversation { Id = Guid.CreateVersion7(), IsTemporary = isTemporary };
            await using var context = registry.Open();
            context.Add(conversation);
            await context.SaveChangesAsync(Cancel);
            return new(registry, conversation);
        }

        /// <summary>Of the user and the model in turn.</summary>
        public async Task SayAsync(params string[] texts)
        {
            await using var context = registry.Open();
            foreach (var text in texts)
            {
                var message = new ConversationMessage
                {
                    Id = Guid.CreateVersion7(),
                    ConversationId = conversation.Id,
                    ParentId = _path.Count == 0 ? null : _path[0],
                    IsFirst = _path.Count == 0,
                    Role = _path.Count % 2 == 0 ? ConversationMessage.User : ConversationMessage.Assistant,
                    Content = text,
                };
                context.Add(message);
                _path.Insert(0, message.Id);
            }

            await context.SaveChangesAsync(Cancel);
        }

        public async Task RewriteAsync(string from, string to)
        {
            await using var context = registry.Open();
            await context
                .ConversationMessages.Where(m => m.Content == from)
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.Content, to), Cancel);
        }

        public async Task<IReadOnlyList<string>> ReadAsync(ServiceProvider console, int most = 30)
        {
            await using var context = registry.Open();
            var said = await console.GetRequiredService<ShortTermMemory>().ReadAsync(context, conversation, _path, most, Cancel);
            return [.. said.Select(message => message.Text)];
        }

        public ValueTask DisposeAsync() => registry.DisposeAsync();
    }
}
