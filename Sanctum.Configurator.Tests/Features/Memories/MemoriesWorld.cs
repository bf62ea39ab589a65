using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Memories.Extraction;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Memories;

/// <summary>Memory without its workers' own rounds: the test says when something is read or embedded. The model is a fake provider's.</summary>
internal sealed class MemoriesWorld(TestRegistry registry, FakeProvider provider, User root, User ursula) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public FakeTimeProvider Clock => registry.Clock;

    public FakeProvider Provider => provider;

    /// <summary>An administrator.</summary>
    public User Root => root;

    /// <summary>A user who is no administrator.</summary>
    public User Ursula => ursula;

    private ExtractionEngine Engine => registry.Services.GetRequiredService<ExtractionEngine>();

    public static async Task<MemoriesWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite)
    {
        var registry = await TestRegistry.CreateAsync(database, Add);
        return new(
            registry,
            await FakeProvider.StartAsync(),
            await registry.AddUserAsync("root", UserRole.Admin),
            await registry.AddUserAsync("ursula", UserRole.User)
        );
    }

    public static void Add(IServiceCollection services)
    {
        services.AddAccount().AddModelServices().AddMemoryServices();
        services.AddSingleton<CountingHasher>();
        services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
    }

    public static string OwnerOf(User user) => user.Id.ToString(CultureInfo.InvariantCulture);

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? ursula);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<MemoryRow> AddAsync(string content, User? who = null, Action<MemoryForm>? change = null)
    {
        var form = new MemoryForm { Content = content };
        change?.Invoke(form);
        return Assert.IsType<Outcome<MemoryRow>.Ok>(await CallAsync((MemoryService service) => service.AddAsync(form, Cancel), who)).Value;
    }

    public async Task<IReadOnlyList<MemoryRow>> ListAsync(User? who = null, MemoryFilter? filter = null, string? search = null) =>
        (await CallAsync((MemoryReader reader) => reader.ListAsync(filter ?? new(), new(0, 200, Search: search), Cancel), who)).Items;

    public Task<Recalled> RecallAsync(string text, User? who = null, int most = 5, int? agent = null) =>
        CallAsync((MemoryRecall recall) => recall.RecallAsync(new(OwnerOf(who ?? ursula), agent, text, most), Cancel), who);

    /// <summary>A question with its answer, noted as Conversations notes it.</summary>
    /// <returns>The conversation, the question and the answer.</returns>
    public async Task<(Guid Conversation, Guid Question, Guid Answer)> SayAsync(
        string question,
        string answer = "Done.",
        Guid? conversation = null,
        User? who = null,
        bool isTemporary = false,
        Action<ConversationMessage>? change = null,
        string? attachments = null
    )
    {
        await using var context = registry.Open();
        var now = Clock.GetUtcNow();
        var id = conversation ?? Guid.CreateVersion7(now);
        if (conversation is null)
        {
            context.Add(
                new Conversation
                {
                    Id = id,
                    UserId = OwnerOf(who ?? ursula),
                    Title = question[..Math.Min(40, question.Length)],
                    CreatedAt = now,
                    UpdatedAt = now,
                    MessageCount = 2,
                    IsTemporary = isTemporary,
                }
            );
        }

        var asked = new ConversationMessage
        {
            Id = Guid.CreateVersion7(now),
            ConversationId = id,
            Role = ConversationMessage.User,
            Content = question,
            CreatedAt = now,
            IsFirst = true,
            Attachments = attachments,
        };
        var said = new ConversationMessage
        {
            Id = Guid.CreateVersion7(now),
            ConversationId = id,
            Role = ConversationMessage.Assistant,
            Content = answer,
            CreatedAt = now,
            ParentId = asked.Id,
        };
        change?.Invoke(said);
        context.AddRange(asked, said);
        await context.SaveChangesAsync(Cancel);
        await using var transaction = await context.Database.BeginTransactionAsync(Cancel);
        await registry
            .Services.CreateScope()
            .ServiceProvider.GetRequiredService<MemoryIntake>()
            .AfterExchangeAsync(context, id, said.Id, Cancel);
        await transaction.CommitAsync(Cancel);
        return (id, asked.Id, said.Id);
    }

    /// <summary>Reads all that is due.</summary>
    public async Task ReadAsync()
    {
        var live = registry.Services.GetRequiredService<LiveExtractions>();
        for (var round = 0; round < 20; round++)
        {
            await Engine.TickAsync(Cancel);
            await live.WhenEndedAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            await Engine.WriteEndedAsync(Cancel);
        }
    }

    /// <summary>What a model answers that reads memories, in these words.</summary>
    public void Answers(params (string Kind, string Text, string Evidence)[] memories) =>
        provider.Words = [
            System.Text.Json.JsonSerializer.Serialize(
                new
                {
                    memories = memories.Select(m => new
                    {
                        kind = m.Kind,
                        text = m.Text,
                        evidence = m.Evidence,
                    }),
                }
            ),
        ];

    public async Task<LlmConfig> AddModelAsync(string model = "fine", LlmPurpose purpose = LlmPurpose.Chat, string? address = null)
    {
        await using var context = registry.Open();
        var config = new LlmConfig
        {
            Type = "compatible",
            Model = model,
            BaseUrl = address ?? provider.Address,
            IsActive = purpose == LlmPurpose.Chat,
            Purpose = purpose,
        };
        context.Add(config);
        await context.SaveChangesAsync(Cancel);
        return config;
    }

    /// <summary>Completes the vector indexes.</summary>
    public Task EmbedAsync() => registry.Services.GetRequiredService<VectorWorker>().RoundAsync(Cancel);

    public async Task<T> QueryAsync<T>(Func<RegistryDbContext, Task<T>> query)
    {
        await using var context = registry.Open();
        return await query(context);
    }

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await provider.DisposeAsync();
    }
}
