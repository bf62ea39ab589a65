using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class PersonMergeMapping : IEntityTypeConfiguration<PersonMerge>
{
    public void Configure(EntityTypeBuilder<PersonMerge> merge)
    {
        merge.ToTable("person_merges");
        merge.Property(m => m.Before).IsJson();
        merge.Property(m => m.After).IsJson();
        merge.Property(m => m.MergedBy).HasMaxLength(255);
        merge.Property(m => m.UndoneBy).HasMaxLength(255);
        merge.Property(m => m.MergedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        merge.HasOne<LettaUser>().WithMany().HasForeignKey(m => m.SurvivorId).OnDelete(DeleteBehavior.Cascade);
        merge.HasOne<LettaUser>().WithMany().HasForeignKey(m => m.MergedId).OnDelete(DeleteBehavior.Cascade);
    }
}
