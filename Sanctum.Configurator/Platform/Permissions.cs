namespace Sanctum.Configurator.Platform;

/// <summary>What a user or an API key may do. A role brings some, a user's own list and a key's scopes name others.</summary>
public static class Permissions
{
    /// <summary>The claim type that carries one permission.</summary>
    public const string Claim = "permission";

    public const string SettingsRead = "settings:read";
    public const string SettingsWrite = "settings:write";
    public const string SecretsReveal = "secrets:reveal";
    public const string LettaTest = "letta:test";
    public const string HistoryRead = "history:read";
    public const string UsersManage = "users:manage";
    public const string KeysManage = "keys:manage";
    public const string BackupsRead = "backups:read";
    public const string BackupsMake = "backups:make";
    public const string BackupsDownload = "backups:download";
    public const string BackupsRestore = "backups:restore";
    public const string RegistryRead = "registry:read";
    public const string RegistryOperate = "registry:operate";
    public const string RegistryWrite = "registry:write";
    public const string LogsRead = "logs:read";
    public const string LogsWrite = "logs:write";
    public const string LogsManage = "logs:manage";

    public static readonly IReadOnlyList<string> All =
    [
        SettingsRead,
        SettingsWrite,
        SecretsReveal,
        LettaTest,
        HistoryRead,
        UsersManage,
        KeysManage,
        BackupsRead,
        BackupsMake,
        BackupsDownload,
        BackupsRestore,
        RegistryRead,
        RegistryOperate,
        RegistryWrite,
        LogsRead,
        LogsWrite,
        LogsManage,
    ];

    /// <summary>What it allows, in a sentence.</summary>
    public static string Explain(string permission) =>
        permission switch
        {
            SettingsRead => "See settings, their history and the Letta server; export without secrets.",
            SettingsWrite => "Change settings, switch environments, import and restore.",
            SecretsReveal => "Reveal a secret; export secrets, encrypted.",
            LettaTest => "Test the connection to the Letta server.",
            HistoryRead => "See and verify the history of the whole registry.",
            UsersManage => "Add, change, deactivate and delete users; reset passwords.",
            KeysManage => "Create and revoke one's own API keys.",
            BackupsRead => "See backups and their restore tests.",
            BackupsMake => "Create, verify and test-restore backups.",
            BackupsDownload => "Download backups and choose where copies of them go. A backup file gives access to all of its data.",
            BackupsRestore =>
                "Upload and delete backups; restore what one can write. Users, keys and settings require every permission and one's password.",
            RegistryRead => "See agents, tools, plugins and configurations.",
            RegistryOperate => "Run, enable, disable and test agents, tools and plugins; talk to agents.",
            RegistryWrite => "Add, change and delete agents, tools, plugins and configurations, here and on the Letta server.",
            LogsRead => "See, search and export the logs.",
            LogsWrite => "Send lines to the logs, as programs do.",
            LogsManage =>
                "Choose which log files are followed, change log retention, delete log lines, and change alerts and everyone's views.",
            _ => "",
        };

    /// <summary>Permissions of the three roles of seed 001: admins change, users run, viewers read.</summary>
    public static IReadOnlyList<string> OfRole(string role) =>
        role switch
        {
            "admin" => All,
            "user" => [SettingsRead, HistoryRead, LettaTest, KeysManage, BackupsRead, BackupsMake, RegistryRead, RegistryOperate, LogsRead],
            "viewer" => [SettingsRead, HistoryRead, BackupsRead, RegistryRead, LogsRead],
            _ => [],
        };
}
