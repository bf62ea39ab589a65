using Microsoft.AspNetCore.Authorization;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// The names of the authorization policies. But for two, a policy is a permission and is called like it: it asks for that one.
/// </summary>
public static class Policies
{
    /// <summary>Signed in with a live session; nothing more.</summary>
    public const string SignedIn = nameof(SignedIn);

    public const string ReadSettings = "settings:read";
    public const string WriteSettings = "settings:write";
    public const string RevealSecrets = "secrets:reveal";
    public const string TestLetta = "letta:test";
    public const string ReadHistory = "history:read";
    public const string ManageUsers = "users:manage";
    public const string ManageKeys = "keys:manage";
    public const string ReadBackups = "backups:read";
    public const string MakeBackups = "backups:make";
    public const string DownloadBackups = "backups:download";
    public const string RestoreBackups = "backups:restore";
    public const string ReadRegistry = "registry:read";
    public const string OperateRegistry = "registry:operate";
    public const string WriteRegistry = "registry:write";
    public const string ReadLogs = "logs:read";
    public const string WriteLogs = "logs:write";
    public const string ManageLogs = "logs:manage";
    public const string ReadMessages = "messages:read";
    public const string SendMessages = "messages:send";
    public const string OperateMessages = "messages:operate";
    public const string ManageMessages = "messages:manage";

    public const string UseConversations = "conversations:use";

    /// <summary>Every permission that there is: for what would give any of them to whoever may do it.</summary>
    public const string Everything = nameof(Everything);

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
        foreach (var permission in Permissions.All)
        {
            options.AddPolicy(permission, policy => policy.RequireAuthenticatedUser().RequireClaim(Permissions.Claim, permission));
        }
    }
}
