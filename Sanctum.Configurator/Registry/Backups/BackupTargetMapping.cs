using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Backups;

internal sealed class BackupTargetMapping : IEntityTypeConfiguration<BackupTarget>
{
    public void Configure(EntityTypeBuilder<BackupTarget> target)
    {
        target.ToTable("backup_targets");
        target.HasRowTimes();
        target.Property(t => t.Name).HasMaxLength(255);
        target.HasIndex(t => t.Name).IsUnique();
        target.Property(t => t.Kind).HasEnumText();
        target.Property(t => t.IsOn).HasDefaultValue(true).HasSentinel(true);
        target.Property(t => t.Folder).HasMaxLength(1024);
        target.Property(t => t.Endpoint).HasMaxLength(1024);
        target.Property(t => t.Region).HasMaxLength(64);
        target.Property(t => t.Bucket).HasMaxLength(255);
        target.Property(t => t.Prefix).HasMaxLength(512);
        target.Property(t => t.AccessKey).HasMaxLength(255);
        target.Property(t => t.SecretKey).IsSecret();
        target.KeepsHistory();
    }
}

internal sealed class BackupCopyMapping : IEntityTypeConfiguration<BackupCopy>
{
    public void Configure(EntityTypeBuilder<BackupCopy> copy)
    {
        copy.ToTable("backup_copies");
        copy.Property(c => c.State).HasEnumText();
        copy.Property(c => c.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        copy.HasIndex(c => new { c.BackupId, c.TargetId }).IsUnique();
        copy.HasOne<Backup>().WithMany().HasForeignKey(c => c.BackupId).OnDelete(DeleteBehavior.Cascade);
        copy.HasOne<BackupTarget>().WithMany().HasForeignKey(c => c.TargetId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class BackupSettingsMapping : IEntityTypeConfiguration<BackupSettings>
{
    public void Configure(EntityTypeBuilder<BackupSettings> settings)
    {
        settings.ToTable("backup_settings", table => table.HasCheckConstraint("CK_backup_settings_one_row", "id = 1"));
        settings.HasRowTimes();
        settings.Property(s => s.Id).ValueGeneratedNever().HasDefaultValue(BackupSettings.TheId);
        settings.Property(s => s.WithLogs).HasDefaultValue(true).HasSentinel(true);
        settings.Property(s => s.Drill).HasEnumText();
        settings.Property(s => s.Passphrase).IsSecret();
        settings.KeepsHistory();
    }
}
