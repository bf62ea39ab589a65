using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Notifications;

internal sealed class AlertMapping : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> alert)
    {
        alert.ToTable("alerts");
        alert.HasRowTimes();
        alert.Property(a => a.Name).HasMaxLength(255);
        alert.Property(a => a.Level).HasEnumText();
        alert.Property(a => a.IsEnabled).HasDefaultValue(true).HasSentinel(true);
        alert.Property(a => a.IsRaised).HasDefaultValue(false).NotInHistory();
        alert.Property(a => a.LastCheckedAt).NotInHistory();
        alert.Property(a => a.LastRaisedAt).NotInHistory();
        alert.Property(a => a.LastCount).NotInHistory();
        alert.Property(a => a.LastFailure).NotInHistory();
        alert.KeepsHistory();
    }
}
