using System.Globalization;

namespace Sanctum.Configurator.Platform;

/// <summary>The console's page addresses, so that features can link to each other without importing each other.</summary>
public static class Urls
{
    public const string Home = "/";
    public const string Settings = "/settings";
    public const string Letta = "/letta";
    public const string Agents = "/agents";
    public const string Tools = "/tools";
    public const string Plugins = "/plugins";
    public const string Configurations = "/configurations";
    public const string ScheduledJobs = "/scheduled-jobs";
    public const string Logs = "/logs";
    public const string Backups = "/backups";
    public const string Models = "/models";
    public const string McpServers = "/mcp-servers";
    public const string Messaging = "/messaging";
    public const string Conversations = "/conversations";
    public const string Users = "/users";
    public const string ApiKeys = "/api-keys";
    public const string History = "/history";
    public const string Notifications = "/notifications";
    public const string Health = "/system-health";

    public const string LogIn = "/account/login";
    public const string LogOut = "/account/logout";
    public const string SetUp = "/account/setup";
    public const string Sessions = "/account/sessions";
    public const string Password = "/account/password";
    public const string Forbidden = "/forbidden";
    public const string NotFound = "/not-found";

    public static string Agent(int id) => Of(Agents, id);

    public static string Plugin(int id) => Of(Plugins, id);

    public static string Configuration(int id) => Of(Configurations, id);

    public static string ScheduledJob(int id) => Of(ScheduledJobs, id);

    public static string Conversation(Guid id) => string.Create(CultureInfo.InvariantCulture, $"{Conversations}/{id}");

    /// <summary>The log-in page, which goes on to <paramref name="returnUrl"/> (a path of this console) afterwards.</summary>
    public static string LogInThen(string returnUrl) => $"{LogIn}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    private static string Of(string list, int id) => string.Create(CultureInfo.InvariantCulture, $"{list}/{id}");
}
