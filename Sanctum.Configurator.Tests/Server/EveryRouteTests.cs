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
    private const string Read = Permissions.SettingsRead;

    /// <summary>Every route of the API, a call that changes nothing, and the permissions that it asks for: all of them.</summary>
    private static readonly (string Route, string Path, string[] Needed)[] Matrix =
    [
        ("GET /api/openapi.json", "/api/openapi.json", []),
        ("GET /api/overview", "/api/overview", []),
        ("GET /api/settings/", "/api/settings", [Read]),
        ("PUT /api/settings/", "/api/settings", [Read, Permissions.SettingsWrite]),
        ("GET /api/settings/profiles/{environment}", "/api/settings/profiles/none", [Read]),
        ("PUT /api/settings/profiles/{environment}", "/api/settings/profiles/none", [Read, Permissions.SettingsWrite]),
        ("POST /api/settings/profiles/{environment}/activate", "/api/settings/profiles/none/activate", [Read, Permissions.SettingsWrite]),
        ("GET /api/settings/history", "/api/settings/history", [Read]),
        ("GET /api/settings/compare", "/api/settings/compare?from=0", [Read]),
        ("POST /api/settings/restore", "/api/settings/restore", [Read, Permissions.SettingsWrite]),
        ("POST /api/settings/undo/{change:long}", "/api/settings/undo/0", [Read, Permissions.SettingsWrite]),
        ("GET /api/settings/secrets/{column}", "/api/settings/secrets/none", [Read, Permissions.SecretsReveal]),
        ("GET /api/settings/export", "/api/settings/export?format=none", [Read]),
        ("POST /api/settings/export", "/api/settings/export", [Read, Permissions.SecretsReveal]),
        ("POST /api/settings/import", "/api/settings/import?dryRun=true", [Read, Permissions.SettingsWrite]),
        ("GET /api/letta/state", "/api/letta/state", [Read]),
        ("GET /api/letta/checks", "/api/letta/checks", [Read]),
        ("GET /api/letta/series", "/api/letta/series", [Read]),
        ("GET /api/letta/models", "/api/letta/models", [Read]),
        ("GET /api/letta/providers", "/api/letta/providers", [Read]),
        ("PUT /api/letta/providers/{id}", "/api/letta/providers/openai", [Read, Permissions.SettingsWrite]),
        ("DELETE /api/letta/providers/{id}", "/api/letta/providers/openai", [Read, Permissions.SettingsWrite]),
        ("POST /api/letta/test", "/api/letta/test", [Permissions.LettaTest]),
        ("GET /api/history/", "/api/history", [Permissions.HistoryRead]),
        ("GET /api/history/counts", "/api/history/counts", [Permissions.HistoryRead]),
        ("GET /api/history/export", "/api/history/export?format=none", [Permissions.HistoryRead]),
        ("POST /api/history/{id:long}/undo", "/api/history/0/undo?dryRun=true", [Permissions.HistoryRead, Permissions.RegistryWrite]),
        ("GET /api/templates/", "/api/templates", [Permissions.RegistryRead]),
        ("POST /api/templates/", "/api/templates", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/templates/{id}", "/api/templates/999", [Permissions.RegistryRead]),
        ("GET /api/templates/{id}/export", "/api/templates/999/export", [Permissions.RegistryRead]),
        ("PUT /api/templates/{id}", "/api/templates/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("DELETE /api/templates/{id}", "/api/templates/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/templates/{id}/apply", "/api/templates/999/apply?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/templates/from-agent/{id:int}", "/api/templates/from-agent/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/templates/from-tool/{id:int}", "/api/templates/from-tool/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/logs/", "/api/logs", [Permissions.LogsRead]),
        ("GET /api/logs/{id:long}", "/api/logs/0", [Permissions.LogsRead]),
        ("GET /api/logs/{id:long}/around", "/api/logs/0/around", [Permissions.LogsRead]),
        ("GET /api/logs/histogram", "/api/logs/histogram", [Permissions.LogsRead]),
        ("GET /api/logs/patterns", "/api/logs/patterns", [Permissions.LogsRead]),
        ("GET /api/logs/export", "/api/logs/export?format=none", [Permissions.LogsRead]),
        ("GET /api/logs/tail", "/api/logs/tail?q=none:1", [Permissions.LogsRead]),
        ("POST /api/logs/", "/api/logs", [Permissions.LogsWrite]),
        ("GET /api/logs/retention", "/api/logs/retention", [Permissions.LogsRead]),
        ("GET /api/logs/stock", "/api/logs/stock", [Permissions.LogsRead]),
        ("PUT /api/logs/retention", "/api/logs/retention?dryRun=true", [Permissions.LogsRead, Permissions.LogsManage]),
        ("POST /api/logs/clean-up", "/api/logs/clean-up", [Permissions.LogsRead, Permissions.LogsManage]),
        ("DELETE /api/logs/", "/api/logs?before=2020-01-01T00:00:00Z", [Permissions.LogsRead, Permissions.LogsManage]),
        ("POST /v1/logs", "/v1/logs", [Permissions.LogsWrite]),
        ("GET /api/log-views/", "/api/log-views", [Permissions.LogsRead]),
        ("POST /api/log-views/", "/api/log-views?dryRun=true", [Permissions.LogsRead]),
        ("GET /api/log-views/{id:int}", "/api/log-views/999", [Permissions.LogsRead]),
        ("PUT /api/log-views/{id:int}", "/api/log-views/999?dryRun=true", [Permissions.LogsRead]),
        ("DELETE /api/log-views/{id:int}", "/api/log-views/999?dryRun=true", [Permissions.LogsRead]),
        ("GET /api/alerts/", "/api/alerts", [Permissions.LogsRead]),
        ("POST /api/alerts/", "/api/alerts?dryRun=true", [Permissions.LogsRead, Permissions.LogsManage]),
        ("GET /api/alerts/{id:int}", "/api/alerts/999", [Permissions.LogsRead]),
        ("PUT /api/alerts/{id:int}", "/api/alerts/999?dryRun=true", [Permissions.LogsRead, Permissions.LogsManage]),
        ("DELETE /api/alerts/{id:int}", "/api/alerts/999?dryRun=true", [Permissions.LogsRead, Permissions.LogsManage]),
        ("POST /api/alerts/preview", "/api/alerts/preview", [Permissions.LogsRead]),
        ("POST /api/alerts/{id:int}/test", "/api/alerts/999/test", [Permissions.LogsRead, Permissions.LogsManage]),
        ("GET /api/log-files/", "/api/log-files", [Permissions.LogsRead]),
        ("GET /api/log-files/found", "/api/log-files/found", [Permissions.LogsRead, Permissions.LogsManage]),
        ("GET /api/log-files/{id:int}", "/api/log-files/999", [Permissions.LogsRead]),
        ("POST /api/log-files/", "/api/log-files?dryRun=true", [Permissions.LogsRead, Permissions.LogsManage]),
        ("PUT /api/log-files/{id:int}", "/api/log-files/999?dryRun=true", [Permissions.LogsRead, Permissions.LogsManage]),
        ("DELETE /api/log-files/{id:int}", "/api/log-files/999?dryRun=true", [Permissions.LogsRead, Permissions.LogsManage]),
        ("GET /api/history/verify", "/api/history/verify", [Permissions.HistoryRead]),
        ("GET /api/users/", "/api/users", [Permissions.UsersManage]),
        ("POST /api/users/", "/api/users", [Permissions.UsersManage]),
        ("GET /api/users/{id:int}", "/api/users/999", [Permissions.UsersManage]),
        ("PUT /api/users/{id:int}", "/api/users/999", [Permissions.UsersManage]),
        ("DELETE /api/users/{id:int}", "/api/users/999", [Permissions.UsersManage]),
        ("POST /api/users/{id:int}/password", "/api/users/999/password", [Permissions.UsersManage]),
        ("POST /api/users/{id:int}/sign-out", "/api/users/999/sign-out", [Permissions.UsersManage]),
        ("GET /api/backups/", "/api/backups", [Permissions.BackupsRead]),
        ("POST /api/backups/", "/api/backups", [Permissions.BackupsRead, Permissions.BackupsMake]),
        ("GET /api/backups/{id:int}", "/api/backups/999", [Permissions.BackupsRead]),
        ("GET /api/backups/{id:int}/content", "/api/backups/999/content", [Permissions.BackupsRead, Permissions.BackupsDownload]),
        ("POST /api/backups/{id:int}/verify", "/api/backups/999/verify", [Permissions.BackupsRead, Permissions.BackupsMake]),
        ("POST /api/backups/{id:int}/drill", "/api/backups/999/drill", [Permissions.BackupsRead, Permissions.BackupsMake]),
        ("POST /api/backups/{id:int}/stop", "/api/backups/999/stop", [Permissions.BackupsRead, Permissions.BackupsMake]),
        ("POST /api/backups/{id:int}/restore", "/api/backups/999/restore", [Permissions.BackupsRead, Permissions.BackupsRestore]),
        ("POST /api/backups/restore/undo", "/api/backups/restore/undo", [Permissions.BackupsRead, Permissions.BackupsRestore]),
        ("DELETE /api/backups/{id:int}", "/api/backups/999", [Permissions.BackupsRead, Permissions.BackupsRestore]),
        ("PUT /api/backups/{id:int}", "/api/backups/999", [Permissions.BackupsRead, Permissions.BackupsMake]),
        ("POST /api/backups/{id:int}/fetch", "/api/backups/999/fetch", [Permissions.BackupsRead, Permissions.BackupsMake]),
        ("POST /api/backups/upload", "/api/backups/upload", [Permissions.BackupsRead, Permissions.BackupsRestore]),
        (
            "POST /api/old-configurator/import",
            "/api/old-configurator/import?dryRun=true",
            [Permissions.SettingsWrite, Permissions.UsersManage]
        ),
        ("GET /api/backup-settings/", "/api/backup-settings", [Permissions.BackupsRead]),
        ("PUT /api/backup-settings/", "/api/backup-settings", [Permissions.BackupsRead, Permissions.BackupsRestore]),
        ("POST /api/backup-settings/simulate", "/api/backup-settings/simulate", [Permissions.BackupsRead]),
        ("GET /api/backup-settings/targets/", "/api/backup-settings/targets", [Permissions.BackupsRead]),
        (
            "POST /api/backup-settings/targets/",
            "/api/backup-settings/targets",
            [Permissions.BackupsRead, Permissions.BackupsDownload, Permissions.BackupsRestore]
        ),
        ("GET /api/backup-settings/targets/{id:int}", "/api/backup-settings/targets/999", [Permissions.BackupsRead]),
        (
            "PUT /api/backup-settings/targets/{id:int}",
            "/api/backup-settings/targets/999",
            [Permissions.BackupsRead, Permissions.BackupsDownload, Permissions.BackupsRestore]
        ),
        (
            "DELETE /api/backup-settings/targets/{id:int}",
            "/api/backup-settings/targets/999",
            [Permissions.BackupsRead, Permissions.BackupsRestore]
        ),
        (
            "POST /api/backup-settings/targets/test",
            "/api/backup-settings/targets/test",
            [Permissions.BackupsRead, Permissions.BackupsDownload, Permissions.BackupsRestore]
        ),
        ("GET /api/tools/", "/api/tools", [Permissions.RegistryRead]),
        ("GET /api/tools/{id:int}", "/api/tools/999", [Permissions.RegistryRead]),
        ("GET /api/tools/{id:int}/versions", "/api/tools/999/versions", [Permissions.RegistryRead]),
        ("POST /api/tools/", "/api/tools", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("PUT /api/tools/{id:int}", "/api/tools/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/tool-instances/", "/api/tool-instances", [Permissions.RegistryRead]),
        ("GET /api/tool-instances/{id:int}", "/api/tool-instances/999", [Permissions.RegistryRead]),
        ("POST /api/tool-instances/", "/api/tool-instances", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("PUT /api/tool-instances/{id:int}", "/api/tool-instances/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("DELETE /api/tool-instances/{id:int}", "/api/tool-instances/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "POST /api/tool-instances/{id:int}/activate",
            "/api/tool-instances/999/activate",
            [Permissions.RegistryRead, Permissions.RegistryOperate]
        ),
        (
            "POST /api/tool-instances/{id:int}/deactivate",
            "/api/tool-instances/999/deactivate",
            [Permissions.RegistryRead, Permissions.RegistryOperate]
        ),
        ("POST /api/tool-instances/{id:int}/run", "/api/tool-instances/999/run", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("GET /api/jobs/", "/api/jobs", [Permissions.RegistryRead]),
        ("GET /api/jobs/runnables", "/api/jobs/runnables", [Permissions.RegistryRead]),
        ("GET /api/jobs/coming", "/api/jobs/coming", [Permissions.RegistryRead]),
        ("GET /api/jobs/crontab", "/api/jobs/crontab", [Permissions.RegistryRead]),
        ("POST /api/jobs/crontab/{line:int}/import", "/api/jobs/crontab/999/import", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/jobs/preview", "/api/jobs/preview", [Permissions.RegistryRead]),
        ("GET /api/jobs/{id:int}", "/api/jobs/999", [Permissions.RegistryRead]),
        ("GET /api/jobs/{id:int}/runs", "/api/jobs/999/runs", [Permissions.RegistryRead]),
        ("POST /api/jobs/", "/api/jobs?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("PUT /api/jobs/{id:int}", "/api/jobs/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("DELETE /api/jobs/{id:int}", "/api/jobs/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/jobs/{id:int}/enable", "/api/jobs/999/enable", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/jobs/{id:int}/disable", "/api/jobs/999/disable", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/jobs/{id:int}/pause", "/api/jobs/999/pause", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/jobs/{id:int}/resume", "/api/jobs/999/resume", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/jobs/{id:int}/run", "/api/jobs/999/run", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("GET /api/runs/", "/api/runs", [Permissions.RegistryRead]),
        ("GET /api/runs/{id:int}", "/api/runs/999", [Permissions.RegistryRead]),
        ("POST /api/runs/{id:int}/cancel", "/api/runs/999/cancel", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/runs/{id:int}/again", "/api/runs/999/again", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/tools/from-curl", "/api/tools/from-curl?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/tools/{id:int}/enable", "/api/tools/999/enable", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/tools/{id:int}/disable", "/api/tools/999/disable", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("DELETE /api/tools/{id:int}", "/api/tools/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/configurations/", "/api/configurations", [Permissions.RegistryRead]),
        ("POST /api/configurations/", "/api/configurations?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/configurations/{id:int}", "/api/configurations/999", [Permissions.RegistryRead]),
        ("PUT /api/configurations/{id:int}", "/api/configurations/999?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "DELETE /api/configurations/{id:int}",
            "/api/configurations/999?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        (
            "GET /api/configurations/{id:int}/secret",
            "/api/configurations/999/secret",
            [Permissions.RegistryRead, Permissions.SecretsReveal]
        ),
        ("GET /api/configurations/effective", "/api/configurations/effective", [Permissions.RegistryRead]),
        ("GET /api/configurations/compare", "/api/configurations/compare", [Permissions.RegistryRead]),
        ("GET /api/configurations/history", "/api/configurations/history", [Permissions.RegistryRead]),
        ("GET /api/configurations/export", "/api/configurations/export", [Permissions.RegistryRead]),
        (
            "POST /api/configurations/rollback",
            "/api/configurations/rollback?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        (
            "POST /api/configurations/undo/{change:long}",
            "/api/configurations/undo/0?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        (
            "POST /api/configurations/import",
            "/api/configurations/import?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("GET /api/agents/", "/api/agents", [Permissions.RegistryRead]),
        ("GET /api/agents/{id:int}", "/api/agents/999", [Permissions.RegistryRead]),
        ("PUT /api/agents/{id:int}", "/api/agents/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("DELETE /api/agents/{id:int}", "/api/agents/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/agents/{id:int}/activate", "/api/agents/999/activate", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/agents/{id:int}/deactivate", "/api/agents/999/deactivate", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/agents/sync", "/api/agents/sync?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/agents/adopt", "/api/agents/adopt", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "POST /api/agents/{id:int}/create-on-server",
            "/api/agents/999/create-on-server",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("POST /api/agents/{id:int}/take", "/api/agents/999/take", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/agents/{id:int}/push", "/api/agents/999/push", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/plugins/", "/api/plugins", [Permissions.RegistryRead]),
        ("POST /api/plugins/", "/api/plugins", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/plugins/{id:int}", "/api/plugins/999", [Permissions.RegistryRead]),
        ("PUT /api/plugins/{id:int}", "/api/plugins/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("DELETE /api/plugins/{id:int}", "/api/plugins/999", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/plugins/{id:int}/enable", "/api/plugins/999/enable", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/plugins/{id:int}/disable", "/api/plugins/999/disable", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("GET /api/plugins/{id:int}/versions", "/api/plugins/999/versions", [Permissions.RegistryRead]),
        ("GET /api/plugins/{id:int}/config", "/api/plugins/999/config", [Permissions.RegistryRead]),
        ("PUT /api/plugins/{id:int}/config/{key}", "/api/plugins/999/config/none", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "DELETE /api/plugins/{id:int}/config/{key}",
            "/api/plugins/999/config/none",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("GET /api/plugins/{id:int}/links", "/api/plugins/999/links", [Permissions.RegistryRead]),
        ("POST /api/plugins/{id:int}/links", "/api/plugins/999/links", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "DELETE /api/plugins/{id:int}/links/{link:int}",
            "/api/plugins/999/links/999",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("POST /api/plugins/scan", "/api/plugins/scan", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/plugins/adopt", "/api/plugins/adopt", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "POST /api/plugins/{id:int}/describe",
            "/api/plugins/999/describe?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("POST /api/plugins/{id:int}/approve", "/api/plugins/999/approve", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/plugins/{id:int}/reject", "/api/plugins/999/reject", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/graph", "/api/graph", [Permissions.RegistryRead]),
        ("POST /api/agents/", "/api/agents?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/agents/tags", "/api/agents/tags", [Permissions.RegistryRead]),
        ("GET /api/agents/parts", "/api/agents/parts", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/agents/import", "/api/agents/import?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/agents/move-from-v1/server", "/api/agents/move-from-v1/server", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("PUT /api/agents/move-from-v1/server", "/api/agents/move-from-v1/server", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "POST /api/agents/move-from-v1/test",
            "/api/agents/move-from-v1/test",
            [Permissions.RegistryRead, Permissions.RegistryWrite, Permissions.LettaTest]
        ),
        ("GET /api/agents/move-from-v1/agents", "/api/agents/move-from-v1/agents", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/agents/move-from-v1/plan", "/api/agents/move-from-v1/plan", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("POST /api/agents/move-from-v1/", "/api/agents/move-from-v1?dryRun=true", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/agents/export", "/api/agents/export", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("GET /api/agents/{id:int}/export", "/api/agents/999/export", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("GET /api/agents/{id:int}/messages", "/api/agents/999/messages", [Permissions.RegistryRead]),
        ("POST /api/agents/{id:int}/messages", "/api/agents/999/messages", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("GET /api/agents/{id:int}/messages/stream", "/api/agents/999/messages/stream", [Permissions.RegistryRead]),
        ("GET /api/agents/{id:int}/memory", "/api/agents/999/memory", [Permissions.RegistryRead]),
        ("GET /api/agents/{id:int}/memory/history", "/api/agents/999/memory/history", [Permissions.RegistryRead]),
        ("GET /api/agents/{id:int}/memory/history/{sha}", "/api/agents/999/memory/history/abc", [Permissions.RegistryRead]),
        ("GET /api/agents/{id:int}/conversations", "/api/agents/999/conversations", [Permissions.RegistryRead]),
        (
            "PUT /api/agents/{id:int}/conversations/{conversation}/mode",
            "/api/agents/999/conversations/default/mode",
            [Permissions.RegistryRead, Permissions.RegistryOperate]
        ),
        ("GET /api/agents/{id:int}/schedules", "/api/agents/999/schedules", [Permissions.RegistryRead]),
        ("POST /api/agents/{id:int}/schedules", "/api/agents/999/schedules", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "POST /api/agents/{id:int}/schedules/{schedule}/{act}",
            "/api/agents/999/schedules/1/pause",
            [Permissions.RegistryRead, Permissions.RegistryOperate]
        ),
        ("POST /api/agents/{id:int}/approval", "/api/agents/999/approval", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/agents/{id:int}/cancel", "/api/agents/999/cancel", [Permissions.RegistryRead, Permissions.RegistryOperate]),
        ("POST /api/agents/{id:int}/reset", "/api/agents/999/reset", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        ("GET /api/notifications/", "/api/notifications", [Permissions.RegistryRead]),
        ("GET /api/notifications/unread", "/api/notifications/unread", [Permissions.RegistryRead]),
        ("GET /api/notifications/{id:int}", "/api/notifications/999", [Permissions.RegistryRead]),
        ("POST /api/notifications/{id:int}/read", "/api/notifications/999/read", [Permissions.RegistryRead]),
        ("POST /api/notifications/read", "/api/notifications/read?upTo=0", [Permissions.RegistryRead]),
        ("GET /api/notification-channels/", "/api/notification-channels", [Permissions.RegistryRead]),
        (
            "POST /api/notification-channels/",
            "/api/notification-channels?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("GET /api/notification-channels/{id:int}", "/api/notification-channels/999", [Permissions.RegistryRead]),
        (
            "PUT /api/notification-channels/{id:int}",
            "/api/notification-channels/999?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        (
            "DELETE /api/notification-channels/{id:int}",
            "/api/notification-channels/999?dryRun=true",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("POST /api/notification-channels/test", "/api/notification-channels/test", [Permissions.RegistryRead, Permissions.RegistryWrite]),
        (
            "POST /api/notification-channels/{id:int}/test",
            "/api/notification-channels/999/test",
            [Permissions.RegistryRead, Permissions.RegistryWrite]
        ),
        ("PUT /api/me/password", "/api/me/password", []),
        ("GET /api/api-keys/", "/api/api-keys", [Permissions.KeysManage]),
        ("POST /api/api-keys/", "/api/api-keys", [Permissions.KeysManage]),
        ("DELETE /api/api-keys/{id:int}", "/api/api-keys/999", [Permissions.KeysManage]),
    ];

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
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
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

        Assert.Equal(Matrix.Select(row => row.Route).Order(StringComparer.Ordinal), mapped.Distinct().Order(StringComparer.Ordinal));
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

        Assert.Equal(["/account/login", "/account/logout", "/health/live", "/health/ready", "/setup"], open);
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
                row.Route.Replace(":int", "", StringComparison.Ordinal).Replace(":long", "", StringComparison.Ordinal).TrimEnd('/')
            )
            .Where(route => route != "GET /api/openapi.json");
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

    private static void AssertShut(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }
}
