using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Registry.Logs;

internal sealed class LogPositionMapping : IEntityTypeConfiguration<LogPosition>
{
    public void Configure(EntityTypeBuilder<LogPosition> position)
    {
        position.ToTable("log_positions");
        position.HasKey(p => new { p.Machine, p.Path });
        position.Property(p => p.Machine).HasMaxLength(255);
        position.Property(p => p.Path).HasMaxLength(LogFile.PathLength);
        position.Property(p => p.File).HasMaxLength(64).HasDefaultValue("");
        position.Property(p => p.Mark).HasMaxLength(64).HasDefaultValue("");
        position.Property(p => p.StoredAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
    }
}
