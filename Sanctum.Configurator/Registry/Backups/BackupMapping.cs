using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Backups;

internal sealed class BackupMapping : IEntityTypeConfiguration<Backup>
{
    public void Configure(EntityTypeBuilder<Backup> backup)
    {
        backup.ToTable("backups");
        backup.HasRowTimes();
        backup.Property(b => b.Name).HasMaxLength(255);
        backup.Property(b => b.Type).HasEnumText().HasDefaultValue(BackupType.Full);
        backup.Property(b => b.Trigger).HasEnumText().HasDefaultValue(BackupTrigger.Manual);
        backup.Property(b => b.Status).HasEnumText().HasDefaultValue(BackupStatus.InProgress);
        backup.Property(b => b.FilePath).HasMaxLength(1024);
        backup.Property(b => b.Checksum).HasMaxLength(128);
        backup.Property(b => b.IsAuto).HasDefaultValue(false);
        backup.Property(b => b.IsEncrypted).HasDefaultValue(false);
        backup.HasIndex(b => b.ArchiveId);
        backup.Ignore(b => b.IsKept);
        backup.KeepsHistory();
    }
}
