using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class QueuePauseMapping : IEntityTypeConfiguration<QueuePause>
{
    public void Configure(EntityTypeBuilder<QueuePause> pause)
    {
        pause.ToTable("queue_pauses");
        pause.Property(p => p.Scope).HasEnumText();
        pause.Property(p => p.Subject).HasMaxLength(LengthLimits.Platform);
        pause.Property(p => p.Reason).HasMaxLength(500);
        pause.Property(p => p.PausedBy).HasMaxLength(255);
        pause.Property(p => p.PausedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        pause.HasIndex(p => new { p.Scope, p.Subject }).IsUnique();
    }
}
