using Microsoft.AspNetCore.Authorization;

namespace Sanctum.Configurator.Platform;

/// <summary>The names of the authorization policies. A policy is an act; who may is decided by <see cref="Permissions"/>.</summary>
public static class Policies
{
    /// <summary>Signed in with a live session; nothing more.</summary>
    public const string SignedIn = nameof(SignedIn);

    public const string ReadSettings = nameof(ReadSettings);
    public const string WriteSettings = nameof(WriteSettings);
    public const string RevealSecrets = nameof(RevealSecrets);
    public const string TestLetta = nameof(TestLetta);
    public const string ReadHistory = nameof(ReadHistory);
    public const string ManageUsers = nameof(ManageUsers);
    public const string ManageKeys = nameof(ManageKeys);
    public const string ReadBackups = nameof(ReadBackups);
    public const string MakeBackups = nameof(MakeBackups);
    public const string DownloadBackups = nameof(DownloadBackups);
    public const string RestoreBackups = nameof(RestoreBackups);
    public const string ReadRegistry = nameof(ReadRegistry);
    public const string OperateRegistry = nameof(OperateRegistry);
    public const string WriteRegistry = nameof(WriteRegistry);
    public const string ReadLogs = nameof(ReadLogs);
    public const string WriteLogs = nameof(WriteLogs);
    public const string ManageLogs = nameof(ManageLogs);

    /// <summary>Every permission that there is: for what would give any of them to whoever may do it.</summary>
    public const string Everything = nameof(Everything);

    private static readonly Dictionary<string, string> Needed = new()
    {
        [ReadSettings] = Permissions.SettingsRead,
        [WriteSettings] = Permissions.SettingsWrite,
        [RevealSecrets] = Permissions.SecretsReveal,
        [TestLetta] = Permissions.LettaTest,
        [ReadHistory] = Permissions.HistoryRead,
        [ManageUsers] = Permissions.UsersManage,
        [ManageKeys] = Permissions.KeysManage,
        [ReadBackups] = Permissions.BackupsRead,
        [MakeBackups] = Permissions.BackupsMake,
        [DownloadBackups] = Permissions.BackupsDownload,
        [RestoreBackups] = Permissions.BackupsRestore,
        [ReadRegistry] = Permissions.RegistryRead,
        [OperateRegistry] = Permissions.RegistryOperate,
        [WriteRegistry] = Permissions.RegistryWrite,
        [ReadLogs] = Permissions.LogsRead,
        [WriteLogs] = Permissions.LogsWrite,
        [ManageLogs] = Permissions.LogsManage,
    };

    /// <summary>The permission that a policy asks for; null where it is not about one.</summary>
    public static string? PermissionOf(string policy) => Needed.GetValueOrDefault(policy);

    public static void AddTo(AuthorizationOptions options)
    {
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(
            Everything,
            policy =>
            {
                policy.RequireAuthenticatedUser();
                foreach (var permission in Permissions.All)
                {
                    policy.RequireClaim(Permissions.Claim, permission);
                }
            }
        );
        foreach (var (name, permission) in Needed)
        {
            options.AddPolicy(name, policy => policy.RequireAuthenticatedUser().RequireClaim(Permissions.Claim, permission));
        }
    }
}
