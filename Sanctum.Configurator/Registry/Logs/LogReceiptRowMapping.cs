using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Logs;

internal sealed class LogReceiptRowMapping : IEntityTypeConfiguration<LogReceiptRow>
{
    public void Configure(EntityTypeBuilder<LogReceiptRow> receipt)
    {
        receipt.ToTable("log_receipts");
        receipt.HasKey(r => r.Key);
        receipt.Property(r => r.Key).HasMaxLength(255);
        receipt.Property(r => r.StoredAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        receipt.HasIndex(r => r.StoredAt);
    }
}
