using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Notifications;

internal sealed class NotificationDeliveryMapping : IEntityTypeConfiguration<NotificationDelivery>
{
    public void Configure(EntityTypeBuilder<NotificationDelivery> delivery)
    {
        delivery.ToTable("notification_deliveries");
        delivery.Property(d => d.Event).HasEnumText();
        delivery.Property(d => d.State).HasEnumText();
        delivery.Property(d => d.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        delivery.HasOne<Notification>().WithMany().HasForeignKey(d => d.NotificationId).OnDelete(DeleteBehavior.Cascade);
        delivery.HasOne<NotificationChannel>().WithMany().HasForeignKey(d => d.ChannelId).OnDelete(DeleteBehavior.Cascade);
        delivery.HasIndex(d => new { d.NotificationId, d.ChannelId });
        delivery.HasIndex(d => new { d.State, d.DueAt });
    }
}
