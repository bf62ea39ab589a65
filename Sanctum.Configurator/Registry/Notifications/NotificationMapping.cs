using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Notifications;

internal sealed class NotificationMapping : IEntityTypeConfiguration<Notification>
{
    public void Configure(EntityTypeBuilder<Notification> notification)
    {
        notification.ToTable("notifications");
        notification.Property(n => n.Level).HasMaxLength(16).HasDefaultValue("info");
        notification.Property(n => n.Title).HasMaxLength(255);
        notification.Property(n => n.Source).HasMaxLength(64);
        notification.Property(n => n.Link).HasMaxLength(1024);
        notification.Property(n => n.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        notification.HasIndex(n => n.CreatedAt);
    }
}
