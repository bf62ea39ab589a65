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
        notificationChannel
            .Property(c => c.MinLevel)
            .HasConversion(NotificationMapping.Level)
            .HasMaxLength(16)
            .HasDefaultValue(NoticeLevel.Info);
        notificationChannel.Property(c => c.Sources).IsJson();
        notificationChannel.Property(c => c.TellsResolved).HasDefaultValue(true).HasSentinel(true);
        notificationChannel.Property(c => c.TimeZone).HasMaxLength(64).HasDefaultValue("UTC");
        notificationChannel.Property(c => c.LastDeliveredAt).NotInHistory();
        notificationChannel.Property(c => c.LastFailedAt).NotInHistory();
        notificationChannel.Property(c => c.LastFailure).NotInHistory();
        notificationChannel.Property(c => c.FailingSince).NotInHistory();
        notificationChannel.KeepsHistory();
    }
}
