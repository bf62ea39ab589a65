using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Connections;

internal sealed class ConnectionRollupMapping : IEntityTypeConfiguration<ConnectionRollup>
{
    public void Configure(EntityTypeBuilder<ConnectionRollup> connectionRollup)
    {
        connectionRollup.ToTable("connection_rollups");
        connectionRollup.Property(r => r.Period).HasEnumText();
        connectionRollup.HasIndex(r => new { r.Period, r.StartsAt }).IsUnique();
    }
}
