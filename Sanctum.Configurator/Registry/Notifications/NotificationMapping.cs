using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sanctum.Configurator.Registry.Notifications;

internal sealed class NotificationMapping : IEntityTypeConfiguration<Notification>
{
    /// <summary>A word of another program that is none of the levels counts as the least of them.</summary>
    internal static readonly ValueConverter<NoticeLevel, string> Level = new(
        level => EnumText<NoticeLevel>.Of(level),
        word => EnumText<NoticeLevel>.Find(word) ?? NoticeLevel.Info
    );

    public void Configure(EntityTypeBuilder<Notification> notification)
    {
        notification.ToTable("notifications");
        notification.Property(n => n.Level).HasConversion(Level).HasMaxLength(16).HasDefaultValue(NoticeLevel.Info);
        notification.Property(n => n.Title).HasMaxLength(255);
        notification.Property(n => n.Source).HasMaxLength(64);
        notification.Property(n => n.Link).HasMaxLength(1024);
        notification.Property(n => n.GroupKey).HasMaxLength(255);
        notification.Property(n => n.IsLasting).HasDefaultValue(false);
        notification.Property(n => n.Occurrences).HasDefaultValue(1).HasSentinel(1);
        notification.Property(n => n.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        notification.Property(n => n.ReadBy).HasMaxLength(255);
        notification.HasIndex(n => n.CreatedAt);
        notification.HasIndex(n => n.Id).HasFilter("read_at IS NULL").HasDatabaseName("IX_notifications_unread");

        // Two consoles that raise the same thing at the same moment meet here.
        notification
            .HasIndex(n => n.GroupKey)
            .IsUnique()
            .HasFilter("group_key IS NOT NULL AND read_at IS NULL AND resolved_at IS NULL")
            .HasDatabaseName("IX_notifications_open_group");
    }
}
