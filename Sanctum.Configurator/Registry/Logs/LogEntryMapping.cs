using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Logs;

internal sealed class LogEntryMapping : IEntityTypeConfiguration<LogEntry>
{
    public const string Table = "logs";

    public void Configure(EntityTypeBuilder<LogEntry> logEntry)
    {
        logEntry.ToTable(Table);
        logEntry.Property(l => l.Level).HasEnumText().HasDefaultValue(LogLevelWord.Info).HasSentinel(LogLevelWord.Info);
        logEntry.Property(l => l.Source).HasMaxLength(32).HasDefaultValue("system");
        logEntry.Property(l => l.Details).IsJson();
        logEntry.Property(l => l.Timestamp).HasDefaultValueSql("CURRENT_TIMESTAMP");
        logEntry.Property(l => l.CorrelationId).HasMaxLength(128);
        logEntry.HasIndex(l => l.CorrelationId).HasDatabaseName("idx_logs_correlation").HasFilter("correlation_id IS NOT NULL");
        logEntry.HasIndex(l => new { l.Source, l.SourceId }).HasDatabaseName("idx_logs_source");
        logEntry.HasIndex(l => l.Timestamp).HasDatabaseName("idx_logs_timestamp");
    }
}
