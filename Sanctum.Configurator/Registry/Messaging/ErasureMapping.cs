using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class ErasureMapping : IEntityTypeConfiguration<Erasure>
{
    public void Configure(EntityTypeBuilder<Erasure> erasure)
    {
        erasure.ToTable("erasures");
        erasure.Property(e => e.ErasedBy).HasMaxLength(255);
        erasure.Property(e => e.ErasedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        erasure.Property(e => e.Report).IsJson();
    }
}
