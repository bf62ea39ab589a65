using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Connections;

internal sealed class ConnectionCheckMapping : IEntityTypeConfiguration<ConnectionCheck>
{
    public void Configure(EntityTypeBuilder<ConnectionCheck> connectionCheck)
    {
        connectionCheck.ToTable("connection_checks");
        connectionCheck.Property(c => c.CheckedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        connectionCheck.Property(c => c.CheckedBy).HasMaxLength(255);
        connectionCheck.Property(c => c.Address).HasMaxLength(512);
        connectionCheck.Property(c => c.IsOfSaved).HasDefaultValue(true).HasSentinel(true);
        connectionCheck.Property(c => c.Verdict).HasMaxLength(32);
        connectionCheck.Property(c => c.ServerVersion).HasMaxLength(64);
        connectionCheck.Property(c => c.Steps).IsJson();
        connectionCheck.HasIndex(c => c.CheckedAt);
    }
}
