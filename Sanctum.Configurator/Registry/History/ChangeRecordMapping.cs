using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.History;

internal sealed class ChangeRecordMapping : IEntityTypeConfiguration<ChangeRecord>
{
    public void Configure(EntityTypeBuilder<ChangeRecord> record)
    {
        record.ToTable("change_history");
        record.Property(r => r.ChangedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        record.Property(r => r.Actor).HasMaxLength(255);
        record.Property(r => r.Place).HasMaxLength(255);
        record.Property(r => r.Act).HasMaxLength(16);
        record.Property(r => r.TableName).HasMaxLength(64);
        record.Property(r => r.RowId).HasMaxLength(64);
        record.Property(r => r.PreviousHash).HasMaxLength(64);
        record.Property(r => r.Hash).HasMaxLength(64);
        record.HasIndex(r => r.ChainNumber).IsUnique();
        record.HasIndex(r => new
        {
            r.TableName,
            r.RowId,
            r.Id,
        });
        record.HasIndex(r => r.ChangedAt);
    }
}

internal sealed class ChangeChainHeadMapping : IEntityTypeConfiguration<ChangeChainHead>
{
    public void Configure(EntityTypeBuilder<ChangeChainHead> head)
    {
        head.ToTable("change_history_head", table => table.HasCheckConstraint("CK_change_history_head_one_row", "id = 1"));
        head.Property(h => h.Id).ValueGeneratedNever();
        head.Property(h => h.Hash).HasMaxLength(64);
        head.HasData(new ChangeChainHead());
    }
}
