using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.LogRetention;

internal sealed class LogRetentionSettingsMapping : IEntityTypeConfiguration<LogRetentionSettings>
{
    public void Configure(EntityTypeBuilder<LogRetentionSettings> settings)
    {
        settings.ToTable("log_retention", table => table.HasCheckConstraint("CK_log_retention_one_row", "id = 1"));
        settings.HasRowTimes();
        settings.Property(s => s.Id).ValueGeneratedNever().HasDefaultValue(LogRetentionSettings.TheId);
        settings.Property(s => s.Days).IsJson();
        settings.KeepsHistory();
    }
}
