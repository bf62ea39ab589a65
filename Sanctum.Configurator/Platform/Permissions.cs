namespace Sanctum.Configurator.Platform;

/// <summary>What a user or an API key may do. A role brings some, a user's own list and a key's scopes name others.</summary>
public static class Permissions
{
    /// <summary>The claim type that carries one permission.</summary>
    public const string Claim = "permission";

    public static readonly IReadOnlyList<string> All =
    [
        Policies.ReadSettings,
        Policies.WriteSettings,
        Policies.RevealSecrets,
        Policies.TestLetta,
        Policies.ReadHistory,
        Policies.ManageUsers,
        Policies.ManageKeys,
        Policies.ReadBackups,
        Policies.MakeBackups,
        Policies.DownloadBackups,
        Policies.RestoreBackups,
        Policies.ReadRegistry,
        Policies.OperateRegistry,
        Policies.WriteRegistry,
        Policies.ReadLogs,
        Policies.WriteLogs,
        Policies.ManageLogs,
        Policies.ReadMessages,
        Policies.SendMessages,
        Policies.OperateMessages,
        Policies.ManageMessages,
        Policies.UseConversations,
    ];

    /// <summary>What it allows, in a sentence.</summary>
    public static string Explain(string permission) =>
        permission switch
        {
            Policies.ReadSettings => "See settings, their history and the Letta server; export without secrets.",
            Policies.WriteSettings => "Change settings, switch environments, import and restore.",
            Policies.RevealSecrets => "Reveal a secret; export secrets, encrypted.",
            Policies.TestLetta => "Test the connection to the Letta server.",
            Policies.ReadHistory => "See and verify the history of the whole registry.",
            Policies.ManageUsers => "Add, change, deactivate and delete users; reset passwords.",
            Policies.ManageKeys => "Create and revoke one's own API keys.",
            Policies.ReadBackups => "See backups and their restore tests.",
            Policies.MakeBackups => "Create, verify and test-restore backups.",
            Policies.DownloadBackups =>
                "Download backups and choose where copies of them go. A backup file gives access to all of its data.",
            Policies.RestoreBackups =>
                "Upload and delete backups; restore what one can write. Users, keys and settings require every permission and one's password.",
            Policies.ReadRegistry => "See agents, tools, plugins and configurations.",
            Policies.OperateRegistry => "Run, enable, disable and test agents, tools and plugins; talk to agents.",
            Policies.WriteRegistry => "Add, change and delete agents, tools, plugins and configurations, here and on the Letta server.",
            Policies.ReadLogs => "See, search and export the logs.",
            Policies.WriteLogs => "Send lines to the logs, as programs do.",
            Policies.ManageLogs =>
                "Choose which log files are followed, change log retention, delete log lines, and change alerts and everyone's views.",
            Policies.ReadMessages => "See people, what they wrote and what agents answered, and the queue.",
            Policies.SendMessages => "Send messages to agents in a person's name, as bridges to chat platforms do, and read the answers.",
            Policies.OperateMessages => "Retry, cancel, move and annotate messages, answer people as an operator, pause and resume.",
            Policies.ManageMessages => "Change, merge, export and erase people; set up channels; import from Broca.",
            Policies.UseConversations =>
                "Have conversations of one's own with models and, with registry:operate, with agents; read those that others share.",
            _ => "",
        };

    /// <summary>Permissions of the three roles of seed 001: admins change, users run, viewers read, but not what people wrote.</summary>
    public static IReadOnlyList<string> OfRole(string role) =>
        role switch
        {
            "admin" => All,
            "user" =>
            [
                Policies.ReadSettings,
                Policies.ReadHistory,
                Policies.TestLetta,
                Policies.ManageKeys,
                Policies.ReadBackups,
                Policies.MakeBackups,
                Policies.ReadRegistry,
                Policies.OperateRegistry,
                Policies.ReadLogs,
                Policies.ReadMessages,
                Policies.SendMessages,
                Policies.OperateMessages,
                Policies.UseConversations,
            ],
            "viewer" => [Policies.ReadSettings, Policies.ReadHistory, Policies.ReadBackups, Policies.ReadRegistry, Policies.ReadLogs],
            _ => [],
        };
}
