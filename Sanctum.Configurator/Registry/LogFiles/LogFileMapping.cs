using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.LogFiles;

internal sealed class LogFileMapping : IEntityTypeConfiguration<LogFile>
{
    public void Configure(EntityTypeBuilder<LogFile> logFile)
    {
        logFile.ToTable("log_files");
        logFile.HasRowTimes();
        logFile.Property(f => f.Path).HasMaxLength(LogFile.PathLength);
        logFile.Property(f => f.Format).HasEnumText().HasDefaultValue(LogFileFormat.Auto).HasSentinel(LogFileFormat.Auto);
        logFile.Property(f => f.Source).HasMaxLength(32).HasDefaultValue("system");
        logFile.Property(f => f.IsOn).HasDefaultValue(true).HasSentinel(true);
        logFile.HasIndex(f => f.Path).IsUnique();
        logFile.KeepsHistory();
    }
}
