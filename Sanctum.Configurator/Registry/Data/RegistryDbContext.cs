using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Connections;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.GeneratedCode;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.LogRetention;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.LogViews;
using Sanctum.Configurator.Registry.McpServers;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Plugins;
using Sanctum.Configurator.Registry.Preferences;
using Sanctum.Configurator.Registry.Proposals;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Templates;
using Sanctum.Configurator.Registry.Tools;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// The whole registry as one unit of work. Lent by the factory for one operation, then disposed, which gives it back to a pool. Every change it
/// saves is written with its record in the change history, in one transaction: where the record can't be written, the change is refused.
/// </summary>
public abstract class RegistryDbContext(DbContextOptions options) : IdentityUserContext<User, int>(options)
{
    private readonly List<ChangeRecord> _appended = [];
    private Actor _actor = Actor.Console;
    private TimeProvider _clock = TimeProvider.System;

    /// <summary>Why the next save is made, for the history; null where there is nothing to say.</summary>
    public string? Reason { get; set; }

    /// <summary>Where what is written is only tried; null where it counts.</summary>
    internal DryRun? DryRun { get; private set; }

    /// <summary>Asked for each row of some, for which EF Core's own way is too long.</summary>
    internal virtual bool IsSqlite => false;

    /// <summary>Statements of a connection that stays open; null where it is opened for each operation.</summary>
    internal PreparedCommands? Prepared { get; set; }

    public DbSet<SystemConfig> SystemConfig => Set<SystemConfig>();

    public DbSet<SystemConfigProfile> Profiles => Set<SystemConfigProfile>();

    public DbSet<UserSession> Sessions => Set<UserSession>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<ChangeRecord> Changes => Set<ChangeRecord>();

    public DbSet<ConnectionCheck> ConnectionChecks => Set<ConnectionCheck>();

    public DbSet<ConnectionRollup> ConnectionRollups => Set<ConnectionRollup>();

    public DbSet<Agent> Agents => Set<Agent>();

    public DbSet<Tool> Tools => Set<Tool>();

    public DbSet<ToolInstance> ToolInstances => Set<ToolInstance>();

    public DbSet<Plugin> Plugins => Set<Plugin>();

    public DbSet<PluginLink> PluginLinks => Set<PluginLink>();

    public DbSet<PluginConfig> PluginConfigs => Set<PluginConfig>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<ScheduledJob> ScheduledJobs => Set<ScheduledJob>();

    public DbSet<JobRun> JobRuns => Set<JobRun>();

    public DbSet<Configuration> Configurations => Set<Configuration>();

    public DbSet<Notification> Notifications => Set<Notification>();

    public DbSet<NotificationChannel> NotificationChannels => Set<NotificationChannel>();

    public DbSet<NotificationDelivery> NotificationDeliveries => Set<NotificationDelivery>();

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<LogFile> LogFiles => Set<LogFile>();

    public DbSet<LogView> LogViews => Set<LogView>();

    public DbSet<Backup> Backups => Set<Backup>();

    public DbSet<BackupCopy> BackupCopies => Set<BackupCopy>();

    public DbSet<BackupTarget> BackupTargets => Set<BackupTarget>();

    public DbSet<BackupSettings> BackupSettings => Set<BackupSettings>();

    public DbSet<LogRetentionSettings> LogRetention => Set<LogRetentionSettings>();

    public DbSet<LlmConfig> LlmConfigs => Set<LlmConfig>();

    public DbSet<LlmCheck> LlmChecks => Set<LlmCheck>();

    public DbSet<LlmUsage> LlmUsage => Set<LlmUsage>();

    public DbSet<LlmPrice> LlmPrices => Set<LlmPrice>();

    public DbSet<LlmLimit> LlmLimits => Set<LlmLimit>();

    public DbSet<LlmRetirement> LlmRetirements => Set<LlmRetirement>();

    public DbSet<McpServer> McpServers => Set<McpServer>();

    public DbSet<McpTool> McpTools => Set<McpTool>();

    public DbSet<McpCheck> McpChecks => Set<McpCheck>();

    public DbSet<McpToken> McpTokens => Set<McpToken>();

    public DbSet<Proposal> Proposals => Set<Proposal>();

    public DbSet<LettaUser> LettaUsers => Set<LettaUser>();

    public DbSet<PlatformProfile> PlatformProfiles => Set<PlatformProfile>();

    public DbSet<PersonMerge> PersonMerges => Set<PersonMerge>();

    public DbSet<Erasure> Erasures => Set<Erasure>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<QueueEntry> Queue => Set<QueueEntry>();

    public DbSet<QueueAttempt> QueueAttempts => Set<QueueAttempt>();

    public DbSet<QueuePause> QueuePauses => Set<QueuePause>();

    public DbSet<QueueAct> QueueActs => Set<QueueAct>();

    public DbSet<QueueActRow> QueueActRows => Set<QueueActRow>();

    public DbSet<OutboxEntry> Outbox => Set<OutboxEntry>();

    public DbSet<Channel> Channels => Set<Channel>();

    public DbSet<BrocaImport> BrocaImports => Set<BrocaImport>();

    public DbSet<BrocaOrphan> BrocaOrphans => Set<BrocaOrphan>();

    public DbSet<Conversation> Conversations => Set<Conversation>();

    public DbSet<ConversationMessage> ConversationMessages => Set<ConversationMessage>();

    public DbSet<ConversationRun> ConversationRuns => Set<ConversationRun>();

    public DbSet<ConversationPiece> ConversationPieces => Set<ConversationPiece>();

    public DbSet<ConversationPrompt> ConversationPrompts => Set<ConversationPrompt>();

    public DbSet<Memory> Memories => Set<Memory>();

    public DbSet<MemorySource> MemorySources => Set<MemorySource>();

    public DbSet<MemoryTombstone> MemoryTombstones => Set<MemoryTombstone>();

    public DbSet<MemoryExtraction> MemoryExtractions => Set<MemoryExtraction>();

    public DbSet<MemorySettings> MemorySettings => Set<MemorySettings>();

    public DbSet<VectorIndex> VectorIndexes => Set<VectorIndex>();

    public DbSet<MemoryVector> MemoryVectors => Set<MemoryVector>();

    public DbSet<CodeBlock> CodeBlocks => Set<CodeBlock>();

    public DbSet<DesignFile> DesignFiles => Set<DesignFile>();

    public DbSet<UserPreferences> UserPreferences => Set<UserPreferences>();

    /// <summary>Makes it the unit of work of somebody, whosever it was before.</summary>
    internal RegistryDbContext For(Actor actor, TimeProvider clock, DryRun? trial)
    {
        (_actor, _clock, DryRun, Reason) = (actor, clock, trial, null);
        _appended.Clear();
        return this;
    }

    /// <summary>Opens the transaction in which the history can be written: nobody else writes until it ends.</summary>
    internal abstract Task BeginWritingAsync(CancellationToken cancel);

    /// <summary>Begins to write and takes it back, without waiting for longer than two seconds.</summary>
    internal abstract Task TryWritingAsync(CancellationToken cancel);

    /// <summary>Opens a transaction that reads one state of the database and keeps nobody from writing.</summary>
    internal virtual Task<IDbContextTransaction> BeginReadingAsync(CancellationToken cancel) =>
        Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);

    /// <summary>Ends what <see cref="BeginWritingAsync"/> began, just before the commit.</summary>
    internal abstract Task EndWritingAsync(CancellationToken cancel);

    /// <summary>Ends what <see cref="BeginWritingAsync"/> began: for good, or, where it was only tried, without a trace.</summary>
    internal async Task CommitWritingAsync(CancellationToken cancel)
    {
        await EndWritingAsync(cancel);
        await (DryRun is null ? Database.CommitTransactionAsync(cancel) : Database.RollbackTransactionAsync(cancel));
    }

    /// <summary>Ends a writing that failed inside the caller's transaction, which the caller may commit all the same.</summary>
    internal abstract Task AbandonWritingAsync();

    /// <summary>Lets new rows have ids beyond those that were inserted with ids of their own.</summary>
    internal virtual Task FollowIdsAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Writes an act that changed nothing, such as revealing a secret, into the history.</summary>
    public async Task RecordAsync(string act, string table, string row, string? after, CancellationToken cancel)
    {
        await WriteAsync(
            async () =>
            {
                await AppendAsync([NewRecord(act, table, row, null, after)], cancel);
                return 1;
            },
            cancel
        );
    }

    /// <exception cref="DbUpdateConcurrencyException">A row was changed by somebody else since it was read.</exception>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        SaveAsync(acceptAllChangesOnSuccess, () => Task.CompletedTask, cancellationToken);

    /// <summary>Saves after something that the history is not told of.</summary>
    /// <param name="first">Done in the same transaction, when the changes for the history are gathered.</param>
    internal Task<int> SaveAfterAsync(Func<Task> first, CancellationToken cancel) => SaveAsync(true, first, cancel);

    /// <exception cref="NotSupportedException">Always: the history is written asynchronously.</exception>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("The registry is saved with SaveChangesAsync.");

    internal ChangeRecord NewRecord(string act, string table, string row, string? before, string? after) =>
        new()
        {
            ChangedAt = _clock.GetUtcNow(),
            Actor = _actor.Name,
            UserId = _actor.UserId,
            Place = _actor.Place,
            Act = act,
            TableName = table,
            RowId = row,
            Before = before,
            After = after,
            Reason = Reason,
        };

    private async Task<int> SaveAsync(bool acceptAllChangesOnSuccess, Func<Task> first, CancellationToken cancel)
    {
        var changes = ChangeRecorder.Collect(this, _clock.GetUtcNow());
        AnswerForJobs(changes);
        if (changes.Count == 0)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancel);
        }

        return await WriteAsync(
            async () =>
            {
                await first();
                var written = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancel);
                await AppendAsync([.. changes.Select(c => c.ToRecord(this))], cancel);
                return written;
            },
            cancel
        );
    }

    /// <summary>
    /// Whoever writes a job answers for it from now on, by whatever way it comes: by hand, by undoing, by a restore. What the console does
    /// by
    /// itself, such as marking one as broken, changes nothing of that.
    /// </summary>
    private void AnswerForJobs(IReadOnlyList<PendingChange> changes)
    {
        foreach (var change in changes.Where(_ => _actor != Actor.Console))
        {
            if (change.Entry is { Entity: ScheduledJob job, State: EntityState.Added or EntityState.Modified })
            {
                job.RunsAs = _actor.AnswersAs;
            }
        }
    }

    /// <summary>Writes as the console, in a transaction of its own or as a part of the caller's.</summary>
    private async Task<int> WriteAsync(Func<Task<int>> write, CancellationToken cancel)
    {
        var isOwner = Database.CurrentTransaction is null;
        await BeginWritingAsync(cancel);
        try
        {
            var written = await write();
            await (isOwner ? CommitWritingAsync(cancel) : EndWritingAsync(cancel));
            return written;
        }
        catch when (Database.CurrentTransaction is not null)
        {
            // The caller sees the failure; the database must keep neither half of it nor the mark of a writer who is no longer there.
            await (isOwner ? Database.RollbackTransactionAsync(CancellationToken.None) : AbandonWritingAsync());
            throw;
        }
    }

    /// <summary>Writes what a statement changed into the history, after <see cref="BeginWritingAsync"/>.</summary>
    internal async Task AppendAsync(IReadOnlyList<ChangeRecord> records, CancellationToken cancel)
    {
        DryRun?.Add(records);
        await ChangeRecorder.AppendAsync(this, records, cancel);
        _appended.AddRange(records);
    }

    /// <summary>The records of the transaction that has just ended.</summary>
    internal IReadOnlyList<ChangeRecord> TakeAppended()
    {
        ChangeRecord[] taken = [.. _appended];
        _appended.Clear();
        return taken;
    }

    internal Task<int> SaveWithoutHistoryAsync(CancellationToken cancel) => base.SaveChangesAsync(true, cancel);

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(RegistryDbContext).Assembly, type => !IsOfLogs(type));
        RegistryModel.Finish(builder, Database.IsSqlite());
    }

    internal static bool IsOfLogs(Type mapping) => mapping.Namespace == typeof(LogEntry).Namespace;
}
