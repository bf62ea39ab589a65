using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>Removes the notifications that are too old to be of use, and what is known of their delivery.</summary>
internal sealed class CleanUpNotificationsTask(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock) : IBuiltInTask
{
    public const string Act = "clean_up_notifications";

    internal static readonly TimeSpan KeepRead = TimeSpan.FromDays(90),
        KeepUnread = TimeSpan.FromDays(365);

    public string Name => Act;

    public string Description => "Removes read notifications after 90 days and unread ones after a year.";

    public string Policy => Policies.WriteSettings;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (read, unread) = (clock.GetUtcNow() - KeepRead, clock.GetUtcNow() - KeepUnread);
        var removed = await registry
            .Notifications.Where(n => (n.ReadAt < read && (!n.IsLasting || n.ResolvedAt != null)) || (n.LastAt ?? n.CreatedAt) < unread)
            .ExecuteDeleteAsync(cancel);
        await registry.NotificationDeliveries.Where(d => d.State != DeliveryState.Waiting && d.EndedAt < read).ExecuteDeleteAsync(cancel);
        return new Outcome<string>.Ok(
            string.Create(CultureInfo.InvariantCulture, $"{removed} {(removed == 1 ? "notification was" : "notifications were")} removed.")
        );
    }
}
