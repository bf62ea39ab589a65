using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class BrocaImportMapping : IEntityTypeConfiguration<BrocaImport>, IEntityTypeConfiguration<BrocaOrphan>
{
    public void Configure(EntityTypeBuilder<BrocaImport> import)
    {
        import.ToTable("broca_imports");
        import.Property(i => i.Source).HasMaxLength(LengthLimits.Name);
        import.Property(i => i.FileName).HasMaxLength(LengthLimits.Name);
        import.Property(i => i.FileHash).HasMaxLength(64);
        import.Property(i => i.Shape).HasMaxLength(32);
        import.Property(i => i.ImportedBy).HasMaxLength(255);
        import.Property(i => i.ImportedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        import.Property(i => i.Report).IsJson();
        import.Property(i => i.UndoneBy).HasMaxLength(255);
        import.HasOne<Agent>().WithMany().HasForeignKey(i => i.AgentId).OnDelete(DeleteBehavior.SetNull);
    }

    public void Configure(EntityTypeBuilder<BrocaOrphan> orphan)
    {
        orphan.ToTable("broca_orphans");
        orphan.Property(o => o.SourceTable).HasMaxLength(64);
        orphan.Property(o => o.SourceKey).HasMaxLength(LengthLimits.SourceKey);
        orphan.Property(o => o.Row).HasColumnName("source_row").IsJson();
        orphan.Property(o => o.Reason).HasMaxLength(500);
        orphan.HasOne<BrocaImport>().WithMany().HasForeignKey(o => o.ImportId).OnDelete(DeleteBehavior.Cascade);
        orphan.HasIndex(o => new { o.ImportId, o.SourceKey }).IsUnique();
    }
}
