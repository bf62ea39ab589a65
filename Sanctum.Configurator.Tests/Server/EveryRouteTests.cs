using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console that tells its routes, and makes a key for any set of permissions once.</summary>
public sealed class RoutedConsole : ConsoleServer
{
    private readonly Dictionary<string, Caller> _keys = [];
    private Caller? _administrator;

    public IReadOnlyList<RouteEndpoint> Routes => [.. Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public bool AsksForASignInByItself =>
        Services.GetRequiredService<IOptions<AuthorizationOptions>>().Value.FallbackPolicy?.Requirements.Count > 0;

    /// <summary>A browser in which the administrator is signed in.</summary>
    public async Task<Caller> AdministratorAsync() => _administrator ??= await SignInAsync(Administrator);

    public async Task<Caller> WithScopesAsync(IEnumerable<string> scopes)
    {
        var wanted = scopes.Order(StringComparer.Ordinal).ToArray();
        var name = string.Join(' ', wanted);
        if (!_keys.TryGetValue(name, out var caller))
        {
            _keys[name] = caller = WithKey(await CreateKeyAsync(wanted));
        }

        return caller;
    }
}

public sealed class EveryRouteTests(RoutedConsole console) : IClassFixture<RoutedConsole>
{
    private const string Read = Policies.ReadSettings;

    /// <summary>Routes that a protocol of others describes, in whose shape they refuse.</summary>
    private static readonly string[] OfOthers = [" /mcp", " /rest/", " /v1/models", " /v1/chat"];

    /// <summary>Every route of the API, a call that changes nothing, and the permissions that it asks for: all of them.</summary>
    private static readonly (string Route, string Path, string[] Needed)[] Matrix =
    [
        ("GET /api/openapi.json", "/api/openapi.json", []),
        ("GET /api/overview", "/api/overview", []),
        ("GET /api/settings/", "/api/settings", [Read]),
        ("PUT /api/settings/", "/api/settings", [Read, Policies.WriteSettings]),
        ("GET /api/settings/profiles/{environment}", "/api/settings/profiles/none", [Read]),
        ("PUT /api/settings/profiles/{environment}", "/api/settings/profiles/none", [Read, Policies.WriteSettings]),
        ("POST /api/settings/profiles/{environment}/activate", "/api/settings/profiles/none/activate", [Read, Policies.WriteSettings]),
        ("GET /api/settings/history", "/api/settings/history", [Read]),
        ("GET /api/settings/compare", "/api/settings/compare?from=0", [Read]),
        ("POST /api/settings/restore", "/api/settings/restore", [Read, Policies.WriteSettings]),
        ("POST /api/settings/undo/{change:long}", "/api/settings/undo/0", [Read, Policies.WriteSettings]),
        ("GET /api/settings/secrets/{column}", "/api/settings/secrets/none", [Read, Policies.RevealSecrets]),
        ("GET /api/settings/export", "/api/settings/export?format=none", [Read]),
        ("POST /api/settings/export", "/api/settings/export", [Read, Policies.RevealSecrets]),
        ("POST /api/settings/import", "/api/settings/import?dryRun=true", [Read, Policies.WriteSettings]),
        ("GET /api/letta/state", "/api/letta/state", [Read]),
        ("GET /api/letta/checks", "/api/letta/checks", [Read]),
        ("GET /api/letta/series", "/api/letta/series", [Read]),
        ("GET /api/letta/models", "/api/letta/models", [Read]),
        ("GET /api/letta/providers", "/api/letta/providers", [Read]),
        ("PUT /api/letta/providers/{id}", "/api/letta/providers/openai", [Read, Policies.WriteSettings]),
        ("DELETE /api/letta/providers/{id}", "/api/letta/providers/openai", [Read, Policies.WriteSettings]),
        ("POST /api/letta/test", "/api/letta/test", [Policies.TestLetta]),
        ("GET /api/history/", "/api/history", [Policies.ReadHistory]),
        ("GET /api/history/counts", "/api/history/counts", [Policies.ReadHistory]),
        ("GET /api/history/export", "/api/history/export?format=none", [Policies.ReadHistory]),
        ("POST /api/history/{id:long}/undo", "/api/history/0/undo?dryRun=true", [Policies.ReadHistory, Policies.WriteRegistry]),
        ("GET /api/templates/", "/api/templates", [Policies.ReadRegistry]),
        ("POST /api/templates/", "/api/templates", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/templates/{id}", "/api/templates/999", [Policies.ReadRegistry]),
        ("GET /api/templates/{id}/export", "/api/templates/999/export", [Policies.ReadRegistry]),
        ("PUT /api/templates/{id}", "/api/templates/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/templates/{id}", "/api/templates/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/templates/{id}/apply", "/api/templates/999/apply?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/templates/from-agent/{id:int}", "/api/templates/from-agent/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/templates/from-tool/{id:int}", "/api/templates/from-tool/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/logs/", "/api/logs", [Policies.ReadLogs]),
        ("GET /api/logs/{id:long}", "/api/logs/0", [Policies.ReadLogs]),
        ("GET /api/logs/{id:long}/around", "/api/logs/0/around", [Policies.ReadLogs]),
        ("GET /api/logs/histogram", "/api/logs/histogram", [Policies.ReadLogs]),
        ("GET /api/logs/patterns", "/api/logs/patterns", [Policies.ReadLogs]),
        ("GET /api/logs/export", "/api/logs/export?format=none", [Policies.ReadLogs]),
        ("GET /api/logs/tail", "/api/logs/tail?q=none:1", [Policies.ReadLogs]),
        ("POST /api/logs/", "/api/logs", [Policies.WriteLogs]),
        ("GET /api/logs/retention", "/api/logs/retention", [Policies.ReadLogs]),
        ("GET /api/logs/stock", "/api/logs/stock", [Policies.ReadLogs]),
        ("PUT /api/logs/retention", "/api/logs/retention?dryRun=true", [Policies.ReadLogs, Policies.ManageLogs]),
        ("POST /api/logs/clean-up", "/api/logs/clean-up", [Policies.ReadLogs, Policies.ManageLogs]),
        ("DELETE /api/logs/", "/api/logs?before=2020-01-01T00:00:00Z", [Policies.ReadLogs, Policies.ManageLogs]),
        ("POST /v1/logs", "/v1/logs", [Policies.WriteLogs]),
        ("GET /api/log-views/", "/api/log-views", [Policies.ReadLogs]),
        ("POST /api/log-views/", "/api/log-views?dryRun=true", [Policies.ReadLogs]),
        ("GET /api/log-views/{id:int}", "/api/log-views/999", [Policies.ReadLogs]),
        ("PUT /api/log-views/{id:int}", "/api/log-views/999?dryRun=true", [Policies.ReadLogs]),
        ("DELETE /api/log-views/{id:int}", "/api/log-views/999?dryRun=true", [Policies.ReadLogs]),
        ("GET /api/alerts/", "/api/alerts", [Policies.ReadLogs]),
        ("POST /api/alerts/", "/api/alerts?dryRun=true", [Policies.ReadLogs, Policies.ManageLogs]),
        ("GET /api/alerts/{id:int}", "/api/alerts/999", [Policies.ReadLogs]),
        ("PUT /api/alerts/{id:int}", "/api/alerts/999?dryRun=true", [Policies.ReadLogs, Policies.ManageLogs]),
        ("DELETE /api/alerts/{id:int}", "/api/alerts/999?dryRun=true", [Policies.ReadLogs, Policies.ManageLogs]),
        ("POST /api/alerts/preview", "/api/alerts/preview", [Policies.ReadLogs]),
        ("POST /api/alerts/{id:int}/test", "/api/alerts/999/test", [Policies.ReadLogs, Policies.ManageLogs]),
        ("GET /api/log-files/", "/api/log-files", [Policies.ReadLogs]),
        ("GET /api/log-files/found", "/api/log-files/found", [Policies.ReadLogs, Policies.ManageLogs]),
        ("GET /api/log-files/{id:int}", "/api/log-files/999", [Policies.ReadLogs]),
        ("POST /api/log-files/", "/api/log-files?dryRun=true", [Policies.ReadLogs, Policies.ManageLogs]),
        ("PUT /api/log-files/{id:int}", "/api/log-files/999?dryRun=true", [Policies.ReadLogs, Policies.ManageLogs]),
        ("DELETE /api/log-files/{id:int}", "/api/log-files/999?dryRun=true", [Policies.ReadLogs, Policies.ManageLogs]),
        ("GET /api/history/verify", "/api/history/verify", [Policies.ReadHistory]),
        ("GET /api/users/", "/api/users", [Policies.ManageUsers]),
        ("POST /api/users/", "/api/users", [Policies.ManageUsers]),
        ("GET /api/users/{id:int}", "/api/users/999", [Policies.ManageUsers]),
        ("PUT /api/users/{id:int}", "/api/users/999", [Policies.ManageUsers]),
        ("DELETE /api/users/{id:int}", "/api/users/999", [Policies.ManageUsers]),
        ("GET /api/users/{id:int}/belongings", "/api/users/999/belongings", [Policies.ManageUsers]),
        ("GET /api/left-conversations/", "/api/left-conversations", [Policies.ManageUsers]),
        ("GET /api/left-conversations/{owner}/file", "/api/left-conversations/999/file", [Policies.ManageUsers]),
        ("POST /api/left-conversations/{owner}/give", "/api/left-conversations/999/give", [Policies.ManageUsers]),
        ("DELETE /api/left-conversations/{owner}", "/api/left-conversations/999", [Policies.ManageUsers]),
        ("POST /api/users/{id:int}/password", "/api/users/999/password", [Policies.ManageUsers]),
        ("POST /api/users/{id:int}/sign-out", "/api/users/999/sign-out", [Policies.ManageUsers]),
        ("GET /api/backups/", "/api/backups", [Policies.ReadBackups]),
        ("POST /api/backups/", "/api/backups", [Policies.ReadBackups, Policies.MakeBackups]),
        ("GET /api/backups/{id:int}", "/api/backups/999", [Policies.ReadBackups]),
        ("GET /api/backups/{id:int}/content", "/api/backups/999/content", [Policies.ReadBackups, Policies.DownloadBackups]),
        ("POST /api/backups/{id:int}/verify", "/api/backups/999/verify", [Policies.ReadBackups, Policies.MakeBackups]),
        ("POST /api/backups/{id:int}/drill", "/api/backups/999/drill", [Policies.ReadBackups, Policies.MakeBackups]),
        ("POST /api/backups/{id:int}/stop", "/api/backups/999/stop", [Policies.ReadBackups, Policies.MakeBackups]),
        ("POST /api/backups/{id:int}/restore", "/api/backups/999/restore", [Policies.ReadBackups, Policies.RestoreBackups]),
        ("POST /api/backups/restore/undo", "/api/backups/restore/undo", [Policies.ReadBackups, Policies.RestoreBackups]),
        ("DELETE /api/backups/{id:int}", "/api/backups/999", [Policies.ReadBackups, Policies.RestoreBackups]),
        ("PUT /api/backups/{id:int}", "/api/backups/999", [Policies.ReadBackups, Policies.MakeBackups]),
        ("POST /api/backups/{id:int}/fetch", "/api/backups/999/fetch", [Policies.ReadBackups, Policies.MakeBackups]),
        ("POST /api/backups/upload", "/api/backups/upload", [Policies.ReadBackups, Policies.RestoreBackups]),
        ("POST /api/old-configurator/import", "/api/old-configurator/import?dryRun=true", [Policies.WriteSettings, Policies.ManageUsers]),
        ("GET /api/backup-settings/", "/api/backup-settings", [Policies.ReadBackups]),
        ("PUT /api/backup-settings/", "/api/backup-settings", [Policies.ReadBackups, Policies.RestoreBackups]),
        ("POST /api/backup-settings/simulate", "/api/backup-settings/simulate", [Policies.ReadBackups]),
        ("GET /api/backup-settings/targets/", "/api/backup-settings/targets", [Policies.ReadBackups]),
        (
            "POST /api/backup-settings/targets/",
            "/api/backup-settings/targets",
            [Policies.ReadBackups, Policies.DownloadBackups, Policies.RestoreBackups]
        ),
        ("GET /api/backup-settings/targets/{id:int}", "/api/backup-settings/targets/999", [Policies.ReadBackups]),
        (
            "PUT /api/backup-settings/targets/{id:int}",
            "/api/backup-settings/targets/999",
            [Policies.ReadBackups, Policies.DownloadBackups, Policies.RestoreBackups]
        ),
        (
            "DELETE /api/backup-settings/targets/{id:int}",
            "/api/backup-settings/targets/999",
            [Policies.ReadBackups, Policies.RestoreBackups]
        ),
        (
            "POST /api/backup-settings/targets/test",
            "/api/backup-settings/targets/test",
            [Policies.ReadBackups, Policies.DownloadBackups, Policies.RestoreBackups]
        ),
        ("GET /api/tools/", "/api/tools", [Policies.ReadRegistry]),
        ("GET /api/tools/{id:int}", "/api/tools/999", [Policies.ReadRegistry]),
        ("GET /api/tools/{id:int}/versions", "/api/tools/999/versions", [Policies.ReadRegistry]),
        ("POST /api/tools/", "/api/tools", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("PUT /api/tools/{id:int}", "/api/tools/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/tool-instances/", "/api/tool-instances", [Policies.ReadRegistry]),
        ("GET /api/tool-instances/{id:int}", "/api/tool-instances/999", [Policies.ReadRegistry]),
        ("POST /api/tool-instances/", "/api/tool-instances", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("PUT /api/tool-instances/{id:int}", "/api/tool-instances/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/tool-instances/{id:int}", "/api/tool-instances/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        (
            "POST /api/tool-instances/{id:int}/activate",
            "/api/tool-instances/999/activate",
            [Policies.ReadRegistry, Policies.OperateRegistry]
        ),
        (
            "POST /api/tool-instances/{id:int}/deactivate",
            "/api/tool-instances/999/deactivate",
            [Policies.ReadRegistry, Policies.OperateRegistry]
        ),
        ("POST /api/tool-instances/{id:int}/run", "/api/tool-instances/999/run", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/jobs/", "/api/jobs", [Policies.ReadRegistry]),
        ("GET /api/jobs/runnables", "/api/jobs/runnables", [Policies.ReadRegistry]),
        ("GET /api/jobs/coming", "/api/jobs/coming", [Policies.ReadRegistry]),
        ("GET /api/jobs/crontab", "/api/jobs/crontab", [Policies.ReadRegistry]),
        ("POST /api/jobs/crontab/{line:int}/import", "/api/jobs/crontab/999/import", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/jobs/preview", "/api/jobs/preview", [Policies.ReadRegistry]),
        ("GET /api/jobs/{id:int}", "/api/jobs/999", [Policies.ReadRegistry]),
        ("GET /api/jobs/{id:int}/runs", "/api/jobs/999/runs", [Policies.ReadRegistry]),
        ("POST /api/jobs/", "/api/jobs?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("PUT /api/jobs/{id:int}", "/api/jobs/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/jobs/{id:int}", "/api/jobs/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/jobs/{id:int}/enable", "/api/jobs/999/enable", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/jobs/{id:int}/disable", "/api/jobs/999/disable", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/jobs/{id:int}/pause", "/api/jobs/999/pause", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/jobs/{id:int}/resume", "/api/jobs/999/resume", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/jobs/{id:int}/run", "/api/jobs/999/run", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/runs/", "/api/runs", [Policies.ReadRegistry]),
        ("GET /api/runs/{id:int}", "/api/runs/999", [Policies.ReadRegistry]),
        ("POST /api/runs/{id:int}/cancel", "/api/runs/999/cancel", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/runs/{id:int}/again", "/api/runs/999/again", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/tools/from-curl", "/api/tools/from-curl?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/tools/{id:int}/enable", "/api/tools/999/enable", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/tools/{id:int}/disable", "/api/tools/999/disable", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("DELETE /api/tools/{id:int}", "/api/tools/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/mcp-servers/", "/api/mcp-servers", [Policies.ReadRegistry]),
        ("GET /api/mcp-servers/{id:int}", "/api/mcp-servers/999", [Policies.ReadRegistry]),
        ("GET /api/mcp-servers/{id:int}/checks", "/api/mcp-servers/999/checks", [Policies.ReadRegistry]),
        ("GET /api/mcp-servers/{id:int}/approvals", "/api/mcp-servers/999/approvals", [Policies.ReadRegistry]),
        ("GET /api/mcp-servers/{id:int}/tools", "/api/mcp-servers/999/tools", [Policies.ReadRegistry]),
        ("GET /api/mcp-servers/{id:int}/letta", "/api/mcp-servers/999/letta", [Policies.ReadRegistry]),
        (
            "POST /api/mcp-servers/{id:int}/letta/register",
            "/api/mcp-servers/999/letta/register",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        (
            "POST /api/mcp-servers/{id:int}/letta/resync",
            "/api/mcp-servers/999/letta/resync",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        ("DELETE /api/mcp-servers/{id:int}/letta", "/api/mcp-servers/999/letta", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/mcp-servers/{id:int}/sign-in", "/api/mcp-servers/999/sign-in", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("DELETE /api/mcp-servers/{id:int}/sign-in", "/api/mcp-servers/999/sign-in", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/mcp-servers/export", "/api/mcp-servers/export?format=none", [Policies.ReadRegistry]),
        ("POST /api/mcp-servers/", "/api/mcp-servers?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("PUT /api/mcp-servers/{id:int}", "/api/mcp-servers/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/mcp-servers/{id:int}", "/api/mcp-servers/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/mcp-servers/{id:int}/enable", "/api/mcp-servers/999/enable", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/mcp-servers/{id:int}/disable", "/api/mcp-servers/999/disable", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/mcp-servers/{id:int}/approvals", "/api/mcp-servers/999/approvals", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/mcp-servers/test", "/api/mcp-servers/test", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/mcp-servers/{id:int}/test", "/api/mcp-servers/999/test", [Policies.ReadRegistry, Policies.OperateRegistry]),
        (
            "POST /api/mcp-servers/{id:int}/tools/{name}/call",
            "/api/mcp-servers/999/tools/none/call",
            [Policies.ReadRegistry, Policies.OperateRegistry]
        ),
        (
            "POST /api/mcp-servers/{id:int}/tools/{name}/import",
            "/api/mcp-servers/999/tools/none/import",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        ("POST /api/mcp-servers/import/preview", "/api/mcp-servers/import/preview", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/mcp-servers/import", "/api/mcp-servers/import?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/configurations/", "/api/configurations", [Policies.ReadRegistry]),
        ("POST /api/configurations/", "/api/configurations?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/configurations/{id:int}", "/api/configurations/999", [Policies.ReadRegistry]),
        ("PUT /api/configurations/{id:int}", "/api/configurations/999?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/configurations/{id:int}", "/api/configurations/999?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/configurations/{id:int}/secret", "/api/configurations/999/secret", [Policies.ReadRegistry, Policies.RevealSecrets]),
        ("GET /api/configurations/effective", "/api/configurations/effective", [Policies.ReadRegistry]),
        ("GET /api/configurations/compare", "/api/configurations/compare", [Policies.ReadRegistry]),
        ("GET /api/configurations/history", "/api/configurations/history", [Policies.ReadRegistry]),
        ("GET /api/configurations/export", "/api/configurations/export", [Policies.ReadRegistry]),
        ("POST /api/configurations/rollback", "/api/configurations/rollback?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        (
            "POST /api/configurations/undo/{change:long}",
            "/api/configurations/undo/0?dryRun=true",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        ("POST /api/configurations/import", "/api/configurations/import?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/agents/", "/api/agents", [Policies.ReadRegistry]),
        ("GET /api/agents/{id:int}", "/api/agents/999", [Policies.ReadRegistry]),
        ("PUT /api/agents/{id:int}", "/api/agents/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/agents/{id:int}", "/api/agents/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/{id:int}/activate", "/api/agents/999/activate", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/agents/{id:int}/deactivate", "/api/agents/999/deactivate", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/agents/sync", "/api/agents/sync?dryRun=true", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/agents/adopt", "/api/agents/adopt", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/{id:int}/create-on-server", "/api/agents/999/create-on-server", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/{id:int}/take", "/api/agents/999/take", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/{id:int}/push", "/api/agents/999/push", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/people/", "/api/people", [Policies.ReadMessages]),
        ("GET /api/people/{id:int}", "/api/people/999", [Policies.ReadMessages]),
        ("PUT /api/people/{id:int}", "/api/people/999", [Policies.ReadMessages, Policies.ManageMessages]),
        ("GET /api/people/suggestions", "/api/people/suggestions", [Policies.ReadMessages]),
        ("GET /api/people/erasures", "/api/people/erasures", [Policies.ReadMessages]),
        ("POST /api/people/{id:int}/merge", "/api/people/999/merge", [Policies.ReadMessages, Policies.ManageMessages]),
        ("POST /api/people/{id:int}/split", "/api/people/999/split", [Policies.ReadMessages, Policies.ManageMessages]),
        ("GET /api/people/{id:int}/export", "/api/people/999/export", [Policies.ReadMessages, Policies.ManageMessages]),
        ("POST /api/people/{id:int}/erase", "/api/people/999/erase", [Policies.ReadMessages, Policies.ManageMessages]),
        (
            "POST /api/people/{id:int}/promote",
            "/api/people/999/promote",
            [Policies.ReadMessages, Policies.ManageMessages, Policies.ManageUsers]
        ),
        ("PUT /api/people/{id:int}/user", "/api/people/999/user", [Policies.ReadMessages, Policies.ManageMessages, Policies.ManageUsers]),
        ("GET /api/people/{id:int}/identity", "/api/people/999/identity", [Policies.ReadMessages]),
        ("POST /api/people/{id:int}/identity", "/api/people/999/identity", [Policies.ReadMessages, Policies.ManageMessages]),
        ("POST /api/people/{id:int}/identity/detach", "/api/people/999/identity/detach", [Policies.ReadMessages, Policies.ManageMessages]),
        ("GET /api/people/{id:int}/routes", "/api/people/999/routes", [Policies.ReadMessages]),
        ("POST /api/people/{id:int}/messages", "/api/people/999/messages", [Policies.ReadMessages, Policies.OperateMessages]),
        ("GET /api/messages/", "/api/messages", [Policies.ReadMessages]),
        ("GET /api/messages/{id:int}", "/api/messages/999", [Policies.ReadMessages]),
        ("PUT /api/messages/{id:int}/note", "/api/messages/999/note", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/messages/{id:int}/resend", "/api/messages/999/resend", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/messages/", "/api/messages", [Policies.SendMessages]),
        ("GET /api/messages/{id:int}/answer", "/api/messages/999/answer", [Policies.SendMessages]),
        ("GET /api/messages/{id:int}/events", "/api/messages/999/events", [Policies.SendMessages]),
        ("GET /api/migrations/", "/api/migrations", [Policies.RestoreBackups]),
        ("POST /api/migrations/down", "/api/migrations/down", [Policies.RestoreBackups]),
        ("GET /api/memories/", "/api/memories", [Policies.UseConversations]),
        ("POST /api/memories/", "/api/memories", [Policies.UseConversations]),
        ("GET /api/memories/{id:guid}", "/api/memories/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        ("PUT /api/memories/{id:guid}", "/api/memories/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        ("DELETE /api/memories/{id:guid}", "/api/memories/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        ("POST /api/memories/{id:guid}/hold", "/api/memories/00000000-0000-0000-0000-000000000000/hold", [Policies.UseConversations]),
        ("POST /api/memories/{id:guid}/release", "/api/memories/00000000-0000-0000-0000-000000000000/release", [Policies.UseConversations]),
        ("GET /api/memories/duplicates", "/api/memories/duplicates", [Policies.UseConversations]),
        ("POST /api/memories/duplicates", "/api/memories/duplicates", [Policies.UseConversations]),
        ("GET /api/memories/use", "/api/memories/use", [Policies.UseConversations]),
        ("PUT /api/memories/use", "/api/memories/use?dryRun=true", [Policies.UseConversations]),
        ("GET /api/memory-settings/", "/api/memory-settings", [Policies.UseConversations]),
        ("PUT /api/memory-settings/", "/api/memory-settings?dryRun=true", [Policies.UseConversations, Policies.WriteSettings]),
        ("GET /api/vector-indexes/", "/api/vector-indexes", [Policies.ReadSettings]),
        ("POST /api/vector-indexes/", "/api/vector-indexes", [Policies.ReadSettings, Policies.WriteSettings]),
        ("POST /api/vector-indexes/{id:int}/activate", "/api/vector-indexes/999/activate", [Policies.ReadSettings, Policies.WriteSettings]),
        ("DELETE /api/vector-indexes/{id:int}", "/api/vector-indexes/999", [Policies.ReadSettings, Policies.WriteSettings]),
        ("GET /api/code/", "/api/code", [Policies.UseConversations]),
        ("GET /api/code/choices", "/api/code/choices", [Policies.UseConversations]),
        ("GET /api/code/{id:guid}", "/api/code/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        ("GET /api/code/{id:guid}/file", "/api/code/00000000-0000-0000-0000-000000000000/file", [Policies.UseConversations]),
        ("DELETE /api/code/{id:guid}", "/api/code/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        ("GET /api/design-files/", "/api/design-files", [Policies.UseConversations]),
        ("GET /api/design-files/{id:int}", "/api/design-files/999", [Policies.UseConversations]),
        ("POST /api/design-files/", "/api/design-files?dryRun=true", [Policies.UseConversations, Policies.WriteSettings]),
        ("POST /api/design-files/{id:int}/activate", "/api/design-files/999/activate", [Policies.UseConversations, Policies.WriteSettings]),
        (
            "POST /api/design-files/{id:int}/deactivate",
            "/api/design-files/999/deactivate",
            [Policies.UseConversations, Policies.WriteSettings]
        ),
        ("GET /api/preferences/", "/api/preferences", [Policies.UseConversations]),
        ("PUT /api/preferences/", "/api/preferences?dryRun=true", [Policies.UseConversations]),
        ("GET /v1/models", "/v1/models", [Policies.UseConversations]),
        ("GET /v1/models/{**id}", "/v1/models/none", [Policies.UseConversations]),
        ("POST /v1/chat/completions", "/v1/chat/completions?dryRun=true", [Policies.UseConversations]),
        ("GET /api/conversations/", "/api/conversations", [Policies.UseConversations]),
        ("GET /api/conversations/search", "/api/conversations/search", [Policies.UseConversations]),
        ("POST /api/conversations/", "/api/conversations?dryRun=true", [Policies.UseConversations]),
        ("GET /api/conversations/{id:guid}", "/api/conversations/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        ("PUT /api/conversations/{id:guid}", "/api/conversations/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        ("DELETE /api/conversations/{id:guid}", "/api/conversations/00000000-0000-0000-0000-000000000000", [Policies.UseConversations]),
        (
            "GET /api/conversations/{id:guid}/messages",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages",
            [Policies.UseConversations]
        ),
        (
            "GET /api/conversations/{id:guid}/messages/{message:guid}",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages/00000000-0000-0000-0000-000000000000",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/messages/{message:guid}/show",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages/00000000-0000-0000-0000-000000000000/show",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/messages/{message:guid}/edit",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages/00000000-0000-0000-0000-000000000000/edit",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/messages/{message:guid}/regenerate",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages/00000000-0000-0000-0000-000000000000/regenerate",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/messages/{message:guid}/continue",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages/00000000-0000-0000-0000-000000000000/continue",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/messages/{message:guid}/withdraw",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages/00000000-0000-0000-0000-000000000000/withdraw",
            [Policies.UseConversations]
        ),
        (
            "GET /api/conversations/{id:guid}/context",
            "/api/conversations/00000000-0000-0000-0000-000000000000/context",
            [Policies.UseConversations]
        ),
        (
            "GET /api/conversations/{id:guid}/messages/{message:guid}/prompt",
            "/api/conversations/00000000-0000-0000-0000-000000000000/messages/00000000-0000-0000-0000-000000000000/prompt",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/compaction/preview",
            "/api/conversations/00000000-0000-0000-0000-000000000000/compaction/preview",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/compaction",
            "/api/conversations/00000000-0000-0000-0000-000000000000/compaction",
            [Policies.UseConversations]
        ),
        (
            "DELETE /api/conversations/{id:guid}/compaction/{message:guid}",
            "/api/conversations/00000000-0000-0000-0000-000000000000/compaction/00000000-0000-0000-0000-000000000000",
            [Policies.UseConversations]
        ),
        (
            "GET /api/conversations/{id:guid}/stream",
            "/api/conversations/00000000-0000-0000-0000-000000000000/stream",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/stop",
            "/api/conversations/00000000-0000-0000-0000-000000000000/stop",
            [Policies.UseConversations]
        ),
        (
            "GET /api/conversations/{id:guid}/approval",
            "/api/conversations/00000000-0000-0000-0000-000000000000/approval",
            [Policies.UseConversations]
        ),
        (
            "POST /api/conversations/{id:guid}/approval",
            "/api/conversations/00000000-0000-0000-0000-000000000000/approval",
            [Policies.UseConversations]
        ),
        (
            "GET /api/conversations/{id:guid}/export",
            "/api/conversations/00000000-0000-0000-0000-000000000000/export",
            [Policies.UseConversations]
        ),
        ("POST /api/conversations/import", "/api/conversations/import?dryRun=true", [Policies.UseConversations]),
        ("POST /api/chat/stream", "/api/chat/stream", [Policies.UseConversations]),
        ("GET /api/rest/tools", "/api/rest/tools", [Policies.UseConversations]),
        ("GET /rest/v1/", "/rest/v1/", []),
        ("GET /rest/v1/{table}", "/rest/v1/conversations", [Policies.UseConversations]),
        ("POST /rest/v1/{table}", "/rest/v1/conversations?columns=none", [Policies.UseConversations]),
        ("PATCH /rest/v1/{table}", "/rest/v1/conversations", [Policies.UseConversations]),
        ("DELETE /rest/v1/{table}", "/rest/v1/conversations", [Policies.UseConversations]),
        ("GET /rest/v1/rpc/{function}", "/rest/v1/rpc/none", []),
        ("POST /rest/v1/rpc/{function}", "/rest/v1/rpc/none", []),
        ("GET /api/queue/", "/api/queue", [Policies.ReadMessages]),
        ("GET /api/queue/state", "/api/queue/state", [Policies.ReadMessages]),
        ("GET /api/queue/failures", "/api/queue/failures", [Policies.ReadMessages]),
        ("GET /api/queue/{id:int}", "/api/queue/999", [Policies.ReadMessages]),
        ("GET /api/queue/acts", "/api/queue/acts", [Policies.ReadMessages]),
        ("GET /api/queue/acts/{id:int}", "/api/queue/acts/999", [Policies.ReadMessages]),
        ("POST /api/queue/acts", "/api/queue/acts", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/queue/acts/{id:int}/undo", "/api/queue/acts/999/undo", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/queue/acts/{id:int}/stop", "/api/queue/acts/999/stop", [Policies.ReadMessages, Policies.OperateMessages]),
        ("GET /api/queue/pauses", "/api/queue/pauses", [Policies.ReadMessages]),
        ("POST /api/queue/pauses", "/api/queue/pauses", [Policies.ReadMessages, Policies.OperateMessages]),
        ("DELETE /api/queue/pauses/{id:int}", "/api/queue/pauses/999", [Policies.ReadMessages, Policies.OperateMessages]),
        ("GET /api/plugins/", "/api/plugins", [Policies.ReadRegistry]),
        ("POST /api/plugins/", "/api/plugins", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/plugins/{id:int}", "/api/plugins/999", [Policies.ReadRegistry]),
        ("PUT /api/plugins/{id:int}", "/api/plugins/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/plugins/{id:int}", "/api/plugins/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/plugins/{id:int}/enable", "/api/plugins/999/enable", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/plugins/{id:int}/disable", "/api/plugins/999/disable", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/plugins/{id:int}/versions", "/api/plugins/999/versions", [Policies.ReadRegistry]),
        ("GET /api/plugins/{id:int}/config", "/api/plugins/999/config", [Policies.ReadRegistry]),
        ("PUT /api/plugins/{id:int}/config/{key}", "/api/plugins/999/config/none", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/plugins/{id:int}/config/{key}", "/api/plugins/999/config/none", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/plugins/{id:int}/links", "/api/plugins/999/links", [Policies.ReadRegistry]),
        ("POST /api/plugins/{id:int}/links", "/api/plugins/999/links", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/plugins/{id:int}/links/{link:int}", "/api/plugins/999/links/999", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/plugins/scan", "/api/plugins/scan", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/plugins/adopt", "/api/plugins/adopt", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/plugins/{id:int}/describe", "/api/plugins/999/describe?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/plugins/{id:int}/approve", "/api/plugins/999/approve", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/plugins/{id:int}/reject", "/api/plugins/999/reject", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/graph", "/api/graph", [Policies.ReadRegistry]),
        ("POST /api/agents/", "/api/agents?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/agents/tags", "/api/agents/tags", [Policies.ReadRegistry]),
        ("GET /api/agents/parts", "/api/agents/parts", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/import", "/api/agents/import?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/agents/export", "/api/agents/export", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/agents/{id:int}/export", "/api/agents/999/export", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/agents/{id:int}/messages", "/api/agents/999/messages", [Policies.ReadRegistry]),
        ("POST /api/agents/{id:int}/messages", "/api/agents/999/messages", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/agents/{id:int}/messages/stream", "/api/agents/999/messages/stream", [Policies.ReadRegistry]),
        ("GET /api/agents/{id:int}/memory", "/api/agents/999/memory", [Policies.ReadRegistry]),
        ("GET /api/agents/{id:int}/memory/history", "/api/agents/999/memory/history", [Policies.ReadRegistry]),
        ("GET /api/agents/{id:int}/memory/history/{sha}", "/api/agents/999/memory/history/abc", [Policies.ReadRegistry]),
        ("GET /api/agents/{id:int}/conversations", "/api/agents/999/conversations", [Policies.ReadRegistry]),
        (
            "PUT /api/agents/{id:int}/conversations/{conversation}/mode",
            "/api/agents/999/conversations/default/mode",
            [Policies.ReadRegistry, Policies.OperateRegistry]
        ),
        ("GET /api/agents/{id:int}/schedules", "/api/agents/999/schedules", [Policies.ReadRegistry]),
        ("POST /api/agents/{id:int}/schedules", "/api/agents/999/schedules", [.. Permissions.All]),
        (
            "POST /api/agents/{id:int}/schedules/{schedule}/{act}",
            "/api/agents/999/schedules/1/pause",
            [Policies.ReadRegistry, Policies.OperateRegistry]
        ),
        ("GET /api/agents/move-from-v1/server", "/api/agents/move-from-v1/server", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("PUT /api/agents/move-from-v1/server", "/api/agents/move-from-v1/server", [Policies.ReadRegistry, Policies.WriteRegistry]),
        (
            "POST /api/agents/move-from-v1/test",
            "/api/agents/move-from-v1/test",
            [Policies.ReadRegistry, Policies.WriteRegistry, Policies.TestLetta]
        ),
        ("GET /api/agents/move-from-v1/agents", "/api/agents/move-from-v1/agents", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/move-from-v1/plan", "/api/agents/move-from-v1/plan", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/move-from-v1/", "/api/agents/move-from-v1?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        (
            "GET /api/agents/move-from-v1/runs/newest",
            "/api/agents/move-from-v1/runs/newest",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        (
            "GET /api/agents/move-from-v1/runs/{id:int}",
            "/api/agents/move-from-v1/runs/999",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        (
            "POST /api/agents/move-from-v1/runs/{id:int}/cancel",
            "/api/agents/move-from-v1/runs/999/cancel",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        (
            "POST /api/agents/move-from-v1/runs/{id:int}/resume",
            "/api/agents/move-from-v1/runs/999/resume",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        ("GET /api/agents/{id:int}/skills", "/api/agents/999/skills", [Policies.ReadRegistry]),
        ("POST /api/agents/{id:int}/skills", "/api/agents/999/skills", [.. Permissions.All]),
        ("DELETE /api/agents/{id:int}/skills/{name}", "/api/agents/999/skills/any", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/agents/{id:int}/queue", "/api/agents/999/queue", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("DELETE /api/agents/{id:int}/queue/{message}", "/api/agents/999/queue/q-1", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/agents/{id:int}/queue/resume", "/api/agents/999/queue/resume", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/agents/{id:int}/approval", "/api/agents/999/approval", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/agents/{id:int}/cancel", "/api/agents/999/cancel", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/agents/{id:int}/reset", "/api/agents/999/reset", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/notifications/", "/api/notifications", [Policies.ReadRegistry]),
        ("GET /api/notifications/unread", "/api/notifications/unread", [Policies.ReadRegistry]),
        ("GET /api/notifications/{id:int}", "/api/notifications/999", [Policies.ReadRegistry]),
        ("POST /api/notifications/{id:int}/read", "/api/notifications/999/read", [Policies.ReadRegistry]),
        ("POST /api/notifications/read", "/api/notifications/read?upTo=0", [Policies.ReadRegistry]),
        ("GET /api/notification-channels/", "/api/notification-channels", [Policies.ReadRegistry]),
        ("POST /api/notification-channels/", "/api/notification-channels?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/notification-channels/{id:int}", "/api/notification-channels/999", [Policies.ReadRegistry]),
        (
            "PUT /api/notification-channels/{id:int}",
            "/api/notification-channels/999?dryRun=true",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        (
            "DELETE /api/notification-channels/{id:int}",
            "/api/notification-channels/999?dryRun=true",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        ("POST /api/notification-channels/test", "/api/notification-channels/test", [Policies.ReadRegistry, Policies.WriteRegistry]),
        (
            "POST /api/notification-channels/{id:int}/test",
            "/api/notification-channels/999/test",
            [Policies.ReadRegistry, Policies.WriteRegistry]
        ),
        ("GET /api/llm-configs/", "/api/llm-configs", [Policies.ReadRegistry]),
        ("POST /api/llm-configs/", "/api/llm-configs?dryRun=true", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/llm-configs/{id:int}", "/api/llm-configs/999", [Policies.ReadRegistry]),
        ("GET /api/llm-configs/{id:int}/checks", "/api/llm-configs/999/checks", [Policies.ReadRegistry]),
        ("GET /api/llm-configs/letta", "/api/llm-configs/letta", [Policies.ReadRegistry]),
        ("POST /api/llm-configs/{id:int}/push", "/api/llm-configs/999/push", [Policies.ReadRegistry, Policies.WriteSettings]),
        ("GET /api/llm-configs/start", "/api/llm-configs/start", [Policies.ReadRegistry]),
        ("GET /api/llm-configs/uses", "/api/llm-configs/uses?type=openai&model=gpt-4o", [Policies.ReadRegistry]),
        ("PUT /api/llm-configs/{id:int}", "/api/llm-configs/999?dryRun=true", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("DELETE /api/llm-configs/{id:int}", "/api/llm-configs/999?dryRun=true", [Policies.ReadRegistry, Policies.OperateRegistry]),
        (
            "POST /api/llm-configs/{id:int}/activate",
            "/api/llm-configs/999/activate?dryRun=true",
            [Policies.ReadRegistry, Policies.OperateRegistry]
        ),
        (
            "POST /api/llm-configs/{id:int}/deactivate",
            "/api/llm-configs/999/deactivate?dryRun=true",
            [Policies.ReadRegistry, Policies.OperateRegistry]
        ),
        ("POST /api/llm-configs/replace", "/api/llm-configs/replace?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("POST /api/llm-configs/test", "/api/llm-configs/test", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/llm-configs/{id:int}/test", "/api/llm-configs/999/test", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/llm-configs/test-all", "/api/llm-configs/test-all", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/llm-configs/message", "/api/llm-configs/message", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("POST /api/llm-configs/{id:int}/message", "/api/llm-configs/999/message", [Policies.ReadRegistry, Policies.OperateRegistry]),
        ("GET /api/llm-retirements/", "/api/llm-retirements", [Policies.ReadRegistry]),
        ("POST /api/llm-retirements/", "/api/llm-retirements?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/llm-usage/", "/api/llm-usage", [Policies.ReadRegistry]),
        ("GET /api/llm-usage/sums", "/api/llm-usage/sums", [Policies.ReadRegistry]),
        ("GET /api/llm-usage/limits/mine", "/api/llm-usage/limits/mine", [Policies.ReadRegistry]),
        ("GET /api/llm-prices/", "/api/llm-prices", [Policies.ReadRegistry]),
        ("POST /api/llm-prices/", "/api/llm-prices?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/llm-prices/{id:int}", "/api/llm-prices/999", [Policies.ReadRegistry]),
        ("PUT /api/llm-prices/{id:int}", "/api/llm-prices/999?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("DELETE /api/llm-prices/{id:int}", "/api/llm-prices/999?dryRun=true", [Policies.ReadRegistry, Policies.WriteRegistry]),
        ("GET /api/llm-limits/", "/api/llm-limits", [Policies.ReadRegistry]),
        ("POST /api/llm-limits/", "/api/llm-limits?dryRun=true", [Policies.ReadRegistry, Policies.ManageUsers]),
        ("PUT /api/llm-limits/{id:int}", "/api/llm-limits/999?dryRun=true", [Policies.ReadRegistry, Policies.ManageUsers]),
        ("DELETE /api/llm-limits/{id:int}", "/api/llm-limits/999?dryRun=true", [Policies.ReadRegistry, Policies.ManageUsers]),
        ("PUT /api/me/password", "/api/me/password", []),
        ("GET /api/api-keys/", "/api/api-keys", [Policies.ManageKeys]),
        ("POST /api/api-keys/", "/api/api-keys", [Policies.ManageKeys]),
        ("PUT /api/api-keys/{id:int}", "/api/api-keys/999", [Policies.ManageKeys]),
        ("DELETE /api/api-keys/{id:int}", "/api/api-keys/999", [Policies.ManageKeys]),
        ("GET /api/proposals/", "/api/proposals", [Policies.ReadHistory]),
        ("GET /api/proposals/{id:int}", "/api/proposals/999", [Policies.ReadHistory]),
        ("POST /api/proposals/{id:int}/approve", "/api/proposals/999/approve", [Policies.ReadHistory]),
        ("POST /api/proposals/{id:int}/reject", "/api/proposals/999/reject", [Policies.ReadHistory]),
        ("POST /api/broca/previews", "/api/broca/previews", [Policies.ManageMessages]),
        ("POST /api/broca/previews/path", "/api/broca/previews/path", [.. Permissions.All]),
        ("GET /api/broca/previews/{id}", "/api/broca/previews/none", [Policies.ManageMessages]),
        ("GET /api/broca/imports", "/api/broca/imports", [Policies.ManageMessages]),
        ("POST /api/broca/imports", "/api/broca/imports", [Policies.ManageMessages]),
        ("GET /api/broca/imports/{id:int}", "/api/broca/imports/999", [Policies.ManageMessages]),
        ("POST /api/broca/imports/{id:int}/undo", "/api/broca/imports/999/undo", [Policies.ManageMessages]),
        ("GET /api/broca/imports/{id:int}/orphans", "/api/broca/imports/999/orphans", [Policies.ManageMessages]),
        ("GET /api/broca/runs/newest", "/api/broca/runs/newest", [Policies.ManageMessages]),
        ("GET /api/broca/runs/{id:int}", "/api/broca/runs/999", [Policies.ManageMessages]),
        ("POST /api/broca/runs/{id:int}/cancel", "/api/broca/runs/999/cancel", [Policies.ManageMessages]),
        ("GET /api/broca/instances", "/api/broca/instances", [Policies.ManageMessages]),
        ("POST /api/broca/instances", "/api/broca/instances", [.. Permissions.All]),
        ("DELETE /api/broca/instances/{id}", "/api/broca/instances/none", [.. Permissions.All]),
        ("GET /api/broca/instances/{id}/settings", "/api/broca/instances/none/settings", [.. Permissions.All]),
        ("PUT /api/broca/instances/{id}/settings", "/api/broca/instances/none/settings", [.. Permissions.All]),
        ("POST /api/broca/instances/{id}/requeue", "/api/broca/instances/none/requeue", [Policies.ManageMessages]),
        ("POST /api/broca/instances/{id}/flush", "/api/broca/instances/none/flush", [Policies.ManageMessages]),
        ("GET /api/channels/", "/api/channels", [Policies.ReadMessages]),
        ("POST /api/channels/", "/api/channels?dryRun=true", [Policies.ReadMessages, Policies.ManageMessages]),
        ("POST /api/channels/{id:int}/retry", "/api/channels/999/retry", [Policies.ReadMessages, Policies.OperateMessages]),
        ("GET /api/channels/{id:int}", "/api/channels/999", [Policies.ReadMessages]),
        ("PUT /api/channels/{id:int}", "/api/channels/999?dryRun=true", [Policies.ReadMessages, Policies.ManageMessages]),
        ("DELETE /api/channels/{id:int}", "/api/channels/999?dryRun=true", [Policies.ReadMessages, Policies.ManageMessages]),
        ("POST /api/channels/{id:int}/pause", "/api/channels/999/pause", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/channels/{id:int}/resume", "/api/channels/999/resume", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/channels/test", "/api/channels/test", [Policies.ReadMessages, Policies.ManageMessages]),
        ("POST /api/channels/{id:int}/test", "/api/channels/999/test", [Policies.ReadMessages, Policies.OperateMessages]),
        ("GET /api/outbox/", "/api/outbox", [Policies.ReadMessages]),
        ("GET /api/outbox/{id:int}", "/api/outbox/999", [Policies.ReadMessages]),
        ("POST /api/outbox/acts", "/api/outbox/acts", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/outbox/{id:int}/retry", "/api/outbox/999/retry", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/outbox/{id:int}/resolve", "/api/outbox/999/resolve", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /api/outbox/{id:int}/cancel", "/api/outbox/999/cancel", [Policies.ReadMessages, Policies.OperateMessages]),
        ("POST /mcp/", "/mcp", []),
        ("POST /mcp/servers/{name}/", "/mcp/servers/none", []),
    ];

    /// <summary>Routes of the API that platforms call: they open to whoever signs what he sends, and are shut to everybody else.</summary>
    private static readonly string[] Signed = ["POST /api/channels/{id:int}/incoming", "POST /api/channels/{id:int}/telegram"];

    public static TheoryData<string> SignedRoutes => [.. Signed];

    public static TheoryData<string> ApiRoutes => [.. Matrix.Select(row => row.Route)];

    [Theory, MemberData(nameof(ApiRoutes))]
    public async Task A_route_of_the_api_opens_to_keys_with_its_permissions_and_to_nobody_else(string route)
    {
        var (_, path, needed) = Matrix.Single(row => row.Route == route);
        var cookie = await console.AdministratorAsync();
        using var stranger = console.Stranger();
        using var liar = console.WithKey("sk-sanctum-this-is-not-a-key-of-anybody");
        foreach (var caller in new[] { stranger, liar, cookie })
        {
            AssertShut(HttpStatusCode.Unauthorized, await CallAsync(caller, route, path));
        }

        foreach (var missing in needed)
        {
            var others = await console.WithScopesAsync(Permissions.All.Except([missing]));
            AssertShut(HttpStatusCode.Forbidden, await CallAsync(others, route, path));
        }

        var rightful = await console.WithScopesAsync(needed.Length > 0 ? needed : [Read]);
        var answer = await CallAsync(rightful, route, path);
        Assert.False(
            answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed,
            $"{(int)answer.StatusCode}"
        );
        Assert.True((int)answer.StatusCode < 500, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if ((int)answer.StatusCode >= 400)
        {
            Assert.Equal(KindOf(path), answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public void No_route_of_the_api_is_missing_above()
    {
        var mapped =
            from route in console.Routes
            where Schemes.IsApi($"/{route.RoutePattern.RawText?.TrimStart('/')}")
            from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["any"]
            where method != "HEAD"
            select $"{method} {route.RoutePattern.RawText}";

        Assert.Equal(
            Matrix.Select(row => row.Route).Concat(Signed).Order(StringComparer.Ordinal),
            mapped.Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Theory, MemberData(nameof(SignedRoutes))]
    public async Task A_route_that_platforms_call_is_shut_to_whoever_does_not_sign(string route)
    {
        using var stranger = console.Stranger();
        var key = await console.WithScopesAsync(Permissions.All);
        foreach (var caller in new[] { stranger, key, await console.AdministratorAsync() })
        {
            var answer = await CallAsync(caller, route, route.Split(' ')[1].Replace("{id:int}", "1", StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public void Every_route_and_page_says_who_may_come()
    {
        // The framework's own (the circuit, and assets that are not there) say nothing; the console's fallback shuts them to strangers.
        Assert.True(console.AsksForASignInByItself);
        var silent = console
            .Routes.Where(route =>
                route.Metadata.GetMetadata<IAuthorizeData>() is null
                && route.Metadata.GetMetadata<AuthorizationPolicy>() is null
                && route.Metadata.GetMetadata<IAllowAnonymous>() is null
            )
            .Select(route => $"/{route.RoutePattern.RawText?.TrimStart('/')}")
            .Where(path => path != "/{**path:file}" && !IsOfTheFramework(path));

        Assert.Empty(silent);
    }

    [Fact]
    public void Only_these_are_open_to_strangers()
    {
        var open = console
            .Routes.Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Where(route => route.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .Select(route => $"/{route.RoutePattern.RawText?.TrimStart('/')}")
            .Where(path => !IsOfTheFramework(path))
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "/.well-known/{**path}",
                "/account/login",
                "/account/logout",
                "/api/channels/{id:int}/incoming",
                "/api/channels/{id:int}/telegram",
                "/health/live",
                "/health/ready",
                "/mcp-servers/client.json",
                "/setup",
            ],
            open
        );
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_is_a_page_that_says_so()
    {
        var browser = await console.AdministratorAsync();

        var answer = await browser.GetAsync("/nothing-is-here");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(
            "<!DOCTYPE html>",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_told_to_everybody(string path)
    {
        using var stranger = console.Stranger();

        var answer = await stranger.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"status":"ok"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_circuit_is_shut_to_strangers()
    {
        using var stranger = console.Stranger();

        var answer = await stranger.SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_description_of_the_api_lists_every_route()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var paths = JsonNode.Parse(await program.ReadAsync("/api/openapi.json"))!["paths"]!.AsObject();

        var listed =
            from path in paths
            from method in path.Value!.AsObject()
            select $"{method.Key.ToUpperInvariant()} {path.Key.TrimEnd('/')}";
        var expected = Matrix
            .Select(row =>
                row.Route.Replace(":int", "", StringComparison.Ordinal)
                    .Replace(":long", "", StringComparison.Ordinal)
                    .Replace(":guid", "", StringComparison.Ordinal)
                    .TrimEnd('/')
            )
            .Where(route => route != "GET /api/openapi.json" && !OfOthers.Any(other => route.Contains(other, StringComparison.Ordinal)));
        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static bool IsOfTheFramework(string path) =>
        path.StartsWith("/_blazor", StringComparison.Ordinal) || path.StartsWith("/_framework", StringComparison.Ordinal);

    private static Task<HttpResponseMessage> CallAsync(Caller caller, string route, string path)
    {
        var method = new HttpMethod(route.Split(' ')[0]);
        return caller.SendAsync(
            method,
            path,
            method == HttpMethod.Post || method == HttpMethod.Put
                ? new
                {
                    passphrase = "",
                    text = "",
                    password = "",
                    name = "",
                }
                : null
        );
    }

    /// <summary>JSON-RPC, PostgREST and OpenAI's API have errors of their own.</summary>
    private static string KindOf(string path) =>
        OfOthers.Any(other => $" {path}".StartsWith(other, StringComparison.Ordinal)) ? "application/json" : "application/problem+json";

    private static void AssertShut(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        var path = answer.RequestMessage!.RequestUri!.AbsolutePath;
        var kind = path.StartsWith("/mcp", StringComparison.Ordinal) ? "application/problem+json" : KindOf(path);
        Assert.Equal(kind, answer.Content.Headers.ContentType?.MediaType);
    }
}
