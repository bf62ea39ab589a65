using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Notifications;

internal sealed class NotificationChannelMapping : IEntityTypeConfiguration<NotificationChannel>
{
    public void Configure(EntityTypeBuilder<NotificationChannel> notificationChannel)
    {
        notificationChannel.ToTable("notification_channels");
        notificationChannel.HasRowTimes();
        notificationChannel.Property(c => c.Name).HasMaxLength(255);
        notificationChannel.Property(c => c.Kind).HasMaxLength(32);
        notificationChannel.Property(c => c.Config).IsSecret();
        notificationChannel.Property(c => c.IsEnabled).HasDefaultValue(true).HasSentinel(true);
        notificationChannel.KeepsHistory();
    }
}
