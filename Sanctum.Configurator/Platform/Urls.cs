namespace Sanctum.Configurator.Platform;

/// <summary>The console's page addresses, so that features can link to each other without importing each other.</summary>
public static class Urls
{
    public const string Home = Overview;
    public const string Overview = "/overview";
    public const string Settings = "/system-settings";
    public const string SettingsHistory = "/system-settings/history";
    public const string SettingsTransfer = "/system-settings/transfer";
    public const string OldConfigurator = "/import-old-configurator";
    public const string Letta = "/letta";
    public const string Backups = "/backups";
    public const string BackupSettings = "/backups/settings";
    public const string RecoveryKit = "/backups/recovery-kit";
    public const string BackupFiles = "/backups/{id:int}/file";
    public const string Agents = "/agents";
    public const string MoveAgents = "/agents/move-from-v1";
    public const string AgentPages = "/agents/{id:int}";
    public const string Tools = "/tools";
    public const string ToolPages = "/tools/{id:int}";
    public const string McpServers = "/mcp-servers";

    /// <summary>Where whoever signed in to an MCP server comes back to.</summary>
    public const string McpSignedIn = "/mcp-servers/signed-in";

    /// <summary>Who the console is, for servers that ask somebody to sign in by it.</summary>
    public const string McpClientDocument = "/mcp-servers/client.json";
    public const string McpServerPages = "/mcp-servers/{id:int}";
    public const string Plugins = "/plugins";
    public const string PluginPages = "/plugins/{id:int}";
    public const string Graph = "/graph";
    public const string Models = "/models";
    public const string Migrations = "/migrations";
    public const string Configurations = "/configurations";
    public const string ConfigurationHistory = "/configurations/history";
    public const string ScheduledJobs = "/scheduled-jobs";
    public const string ScheduledJobPages = "/scheduled-jobs/{id:int}";
    public const string Users = "/users";
    public const string People = "/people";
    public const string PersonPages = "/people/{id:int}";

    /// <summary>Where all that is stored of a person is saved from as a file.</summary>
    public const string PersonFiles = "/people/{id:int}/file";
    public const string Messages = "/messages";
    public const string Queue = "/queue";
    public const string QueueFailures = "/queue?tab=failures";
    public const string Channels = "/channels";
    public const string Outbox = "/channels/outbox";
    public const string BrocaImport = "/broca";
    public const string Conversations = "/conversations";
    public const string ConversationPages = "/conversations/{id:guid}";

    public const string Memories = "/memories";

    /// <summary>Where a conversation is saved from as a file.</summary>
    public const string ConversationFiles = "/conversations/{id:guid}/file";

    /// <summary>Where the conversations of a deleted user are saved from as a file.</summary>
    public const string LeftConversationFiles = "/conversations/left/{owner}/file";
    public const string GeneratedCode = "/code";
    public const string GeneratedCodePages = "/code/{id:guid}";

    /// <summary>Where a block of code is saved from as a file.</summary>
    public const string GeneratedCodeFiles = "/code/{id:guid}/file";

    /// <summary>What a block of code looks like, for a frame that can do nothing else.</summary>
    public const string GeneratedCodePreviews = "/code/{id:guid}/preview";
    public const string DesignFiles = "/code/design-files";
    public const string Logs = "/logs";
    public const string LogSources = "/logs/sources";
    public const string LogsExport = "/logs/export";
    public const string LogRetention = "/logs/retention";
    public const string LogAlerts = "/logs/alerts";
    public const string Notifications = "/notifications";
    public const string NotificationChannels = "/notifications?tab=channels";
    public const string History = "/history";
    public const string HistoryExport = "/history/export";
    public const string Proposals = "/proposals";
    public const string Templates = "/templates";
    public const string TemplateFiles = "/templates/{id}/file";

    /// <summary>
    /// The setting that says where people reach the console, if not at the address it listens on: behind a proxy, for example.
    /// </summary>
    public const string PublicUrlSetting = "Sanctum:PublicUrl";

    /// <summary>In the query of a page with a form: what was sent was not taken, as the form was no longer valid.</summary>
    public const string StaleForm = "stale";

    public const string LogIn = "/account/login";
    public const string LogOut = "/account/logout";
    public const string SetUp = "/setup";
    public const string Sessions = "/account/sessions";
    public const string Preferences = "/account/preferences";
    public const string Password = "/account/password";
    public const string ApiKeys = "/account/api-keys";
    public const string Forbidden = "/forbidden";
    public const string NotFound = "/not-found";

    public static string Agent(int id) => $"/agents/{id}";

    /// <summary>An agent's messages, where it is answered.</summary>
    public static string AgentMessages(int id) => $"/agents/{id}?tab=messages";

    public static string Tool(int id) => $"/tools/{id}";

    public static string McpServer(int id) => $"/mcp-servers/{id}";

    public static string Plugin(int id) => $"/plugins/{id}";

    public static string ScheduledJob(int id) => $"/scheduled-jobs/{id}";

    public static string Person(int id) => $"/people/{id}";

    public static string PersonFile(int id) => $"/people/{id}/file";

    /// <summary>What a person and agents wrote in turn, on all platforms.</summary>
    public static string ConversationOf(int person) => $"{Messages}?person={person}&view=conversation";

    /// <summary>The queue, with one of its entries open.</summary>
    public static string QueueEntry(int id) => $"{Queue}?entry={id}";

    /// <summary>What waits to be sent by a channel, or did not arrive.</summary>
    public static string OutboxOf(int channelId) => $"{Outbox}?channel={channelId}";

    /// <summary>Those pieces of the outbox that are in a state.</summary>
    public static string OutboxIn(string state) => $"{Outbox}?state={state}";

    /// <summary>A conversation, up to one of its messages where one is named, beside what a search found.</summary>
    public static string Conversation(Guid id, Guid? message = null, string? search = null) =>
        (message, search) switch
        {
            (null, null or "") => $"{Conversations}/{id}",
            ({ } one, null or "") => $"{Conversations}/{id}?message={one}",
            (null, _) => $"{Conversations}/{id}?q={Uri.EscapeDataString(search)}",
            ({ } one, _) => $"{Conversations}/{id}?message={one}&q={Uri.EscapeDataString(search)}",
        };

    public static string LeftConversationFile(string owner) => $"{Conversations}/left/{Uri.EscapeDataString(owner)}/file";

    public static string ConversationFile(Guid id, string format) => $"{Conversations}/{id}/file?format={format}";

    /// <summary>A block of code, beside another one where one is named.</summary>
    public static string Code(Guid id, Guid? with = null) =>
        with is { } other ? $"{GeneratedCode}/{id}?with={other}" : $"{GeneratedCode}/{id}";

    public static string CodeFile(Guid id) => $"{GeneratedCode}/{id}/file";

    public static string CodePreview(Guid id) => $"{GeneratedCode}/{id}/preview";

    /// <summary>The code of one conversation.</summary>
    public static string CodeOf(Guid conversation) => $"{GeneratedCode}?conversation={conversation}";

    /// <summary>A new conversation with an agent.</summary>
    public static string ConversationWith(int agent) => $"{Conversations}?agent={agent}";

    /// <summary>The messages, with one of them open.</summary>
    public static string Message(int id) => $"{Messages}?message={id}";

    /// <summary>The jobs that can't be scheduled.</summary>
    public const string BrokenJobs = "/scheduled-jobs?state=broken";

    /// <summary>The runs of all jobs that failed.</summary>
    public const string FailedRuns = "/scheduled-jobs?tab=runs&outcome=failed";

    /// <summary>The page of a job with one of its runs open.</summary>
    public static string JobRun(int jobId, int runId) => $"/scheduled-jobs/{jobId}?tab=runs&run={runId}";

    /// <summary>The graph of dependencies, with one thing in it chosen.</summary>
    public static string GraphOf(string node) => $"{Graph}?node={Uri.EscapeDataString(node)}";

    /// <summary>The history of one row.</summary>
    public static string HistoryOf(string table, int row) => $"{History}?table={table}&row={row}";

    /// <summary>The lines that a search finds.</summary>
    public static string LogsOf(string query) => $"{Logs}?time=all&q={Uri.EscapeDataString(query)}";

    /// <summary>The lines that a search finds from a moment on.</summary>
    public static string LogsSince(string query, DateTimeOffset from) =>
        string.Create(CultureInfo.InvariantCulture, $"{Logs}?from={from.ToUnixTimeMilliseconds()}&q={Uri.EscapeDataString(query)}");

    /// <summary>The alerts, with a new one on this search about to be added.</summary>
    public static string LogAlertOn(string query) => $"{LogAlerts}?new={Uri.EscapeDataString(query)}";

    /// <summary>One line among its neighbours.</summary>
    public static string LogLine(long id) => $"{Logs}?time=all&line={id}";

    /// <summary>The proposals, with one of them open.</summary>
    public static string Proposal(int id) => $"{Proposals}?id={id}";

    /// <summary>Where a template is saved from as a file.</summary>
    public static string TemplateFile(string id) => $"/templates/{id}/file";

    /// <summary>Where the file of a backup is saved from, once.</summary>
    public static string BackupFile(int id, string ticket) => $"/backups/{id}/file?ticket={ticket}";

    /// <summary>
    /// The log-in page for somebody whose session has ended, as it then says. It goes on to <paramref name="returnUrl"/> (a path of this
    /// console) afterwards.
    /// </summary>
    public static string LogInAgain(string returnUrl) => $"{LogIn}?returnUrl={Uri.EscapeDataString(returnUrl)}{SessionEnded}";

    /// <summary>What is added to the address of the log-in page.</summary>
    public const string SessionEnded = "&ended=1";
}
