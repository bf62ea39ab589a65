using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Conversations;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>
/// Conversations without their engine's own rounds: the test says when one is made. Its agent is that of a fake Letta server, its model that
/// of a fake provider.
/// </summary>
internal sealed class ConversationsWorld(
    TestRegistry registry,
    FakeLetta letta,
    FakeLettaAgents there,
    FakeProvider provider,
    User root,
    User ursula
) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(new ConversationOptions().LeaseSeconds);

    public TestRegistry Registry => registry;

    public FakeTimeProvider Clock => registry.Clock;

    public FakeProvider Provider => provider;

    public FakeLettaTalk Talk => there.Talk;

    public User Root => root;

    /// <summary>A user who is no administrator.</summary>
    public User Ursula => ursula;

    public int Agent { get; private set; }

    public int Model { get; private set; }

    private AnswerEngine Engine => registry.Services.GetRequiredService<AnswerEngine>();

    private LiveAnswers Live => registry.Services.GetRequiredService<LiveAnswers>();

    public static async Task<ConversationsWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite, FakeAppServer? appServer = null)
    {
        var there = new FakeLettaAgents(1);
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        var registry = await TestRegistry.CreateAsync(
            database,
            Add,
            new Dictionary<string, string?>
            {
                ["Sanctum:letta_server_address"] = appServer is null ? "http://localhost" : $"http://{appServer.Address.Host}",
                ["Sanctum:letta_server_port"] = (appServer?.Port ?? letta.Port).ToString(CultureInfo.InvariantCulture),
                ["Sanctum:letta_server_token"] = appServer is null ? FakeLetta.Password : FakeAppServer.Password,
            }
        );
        var world = new ConversationsWorld(
            registry,
            letta,
            there,
            await FakeProvider.StartAsync(),
            await registry.AddUserAsync("root", UserRole.Admin),
            await registry.AddUserAsync("ursula", UserRole.User)
        );
        await world.FillAsync(appServer is null ? FakeLettaAgents.IdOf(1) : FakeAppServer.IdOf(1));
        return world;
    }

    public static void Add(IServiceCollection services)
    {
        services.AddAccount().AddAgents().AddModelServices().AddNotificationActs();
        services.AddGeneratedCodeServices().AddPreferenceServices().AddMemoryServices().AddConversationServices();
        services.AddScoped<UserService>().AddScoped<LeftBehind>();
        services.AddSingleton<CountingHasher>();
        services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
    }

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? root);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<BegunAnswer> AskAsync(string text, Guid? conversation = null, Action<AskForm>? change = null, User? who = null)
    {
        var form = new AskForm { Text = text, ConversationId = conversation };
        change?.Invoke(form);
        var outcome = await CallAsync((AnswerRuns runs) => runs.AskAsync(form, Cancel), who);
        return Assert.IsType<Outcome<BegunAnswer>.Ok>(outcome).Value;
    }

    /// <summary>Begins what waits.</summary>
    public Task BeginAsync() => Engine.TickAsync(Cancel);

    /// <summary>Until what runs has ended, and is written.</summary>
    public async Task EndAsync()
    {
        await Live.WhenEndedAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await Engine.WriteEndedAsync(Cancel);
        await FindCodeAsync();
    }

    /// <summary>Finds the code of the answers that have ended.</summary>
    public Task FindCodeAsync() => registry.Services.GetRequiredService<CodeWorker>().RoundAsync(Cancel);

    /// <summary>Until what runs has ended and is written, as if the console stopped then.</summary>
    public async Task EndWithoutCodeAsync()
    {
        await Live.WhenEndedAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await Engine.WriteEndedAsync(Cancel);
    }

    /// <summary>Breaks the stream of the model after its words, when they have arrived.</summary>
    public async Task BreakAsync()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.BeforeWord = number => number == provider.Words.Count ? gate.Task : Task.CompletedTask;
        await ChangeModelAsync("broken");
        await BeginAsync();
        await Wait.UntilAsync(async () => await CountAsync(context => context.ConversationPieces) > 0);
        gate.TrySetResult();
        await EndAsync();
        provider.BeforeWord = null;
    }

    public async Task TickAsync()
    {
        await BeginAsync();
        await EndAsync();
    }

    /// <summary>Leases are renewed, and what nobody makes any more is taken over.</summary>
    public Task LookAsync() => Engine.AnswerOnceAsync(Cancel);

    public async Task<IReadOnlyList<ConversationMessageView>> MessagesAsync(Guid conversation, User? who = null) =>
        (await CallAsync((ConversationReader reader) => reader.PageAsync(conversation, null, null, 200, Cancel), who))!.Messages;

    public async Task<ConversationMessageView> MessageAsync(BegunAnswer begun, User? who = null) =>
        (await CallAsync((ConversationReader reader) => reader.MessageAsync(begun.ConversationId, begun.MessageId, Cancel), who))!;

    public async Task<ConversationRow> RowAsync(Guid conversation, User? who = null) =>
        (await CallAsync((ConversationReader reader) => reader.FindAsync(conversation, Cancel), who))!;

    public async Task<int> CountAsync(Func<Sanctum.Configurator.Registry.Data.RegistryDbContext, IQueryable<object>> rows)
    {
        await using var context = registry.Open();
        return await rows(context).CountAsync(Cancel);
    }

    public async Task ChangeModelAsync(string model)
    {
        await using var context = registry.Open();
        (await context.LlmConfigs.SingleAsync(Cancel)).Model = model;
        await context.SaveChangesAsync(Cancel);
    }

    /// <summary>What the model was asked last, one line for each message.</summary>
    public IReadOnlyList<string> LastAsked =>
        [.. provider.Calls[^1]["messages"]!.AsArray().Select(message => $"{message!["role"]}: {message["content"]}")];

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await letta.DisposeAsync();
        await provider.DisposeAsync();
    }

    private async Task FillAsync(string uid)
    {
        await using var context = registry.Open();
        var agent = new Agent
        {
            Name = "Athena",
            LettaUid = uid,
            CreatedAt = Clock.GetUtcNow(),
        };
        var model = new LlmConfig
        {
            Type = "compatible",
            Model = "fine",
            BaseUrl = provider.Address,
            IsActive = true,
        };
        context.AddRange(agent, model);
        await context.SaveChangesAsync(Cancel);
        (Agent, Model) = (agent.Id, model.Id);
    }
}
