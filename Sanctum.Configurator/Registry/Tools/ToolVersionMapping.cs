using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Tools;

internal sealed class ToolVersionMapping : IEntityTypeConfiguration<ToolVersion>
{
    public void Configure(EntityTypeBuilder<ToolVersion> toolVersion)
    {
        toolVersion.ToTable("tool_versions");
        toolVersion.HasRowTimes();
        toolVersion.Property(v => v.Label).HasMaxLength(64);
        toolVersion.Property(v => v.ConfigSchema).IsJson();
        toolVersion.HasOne<Tool>().WithMany().HasForeignKey(v => v.ToolId);
        toolVersion.HasIndex(v => new { v.ToolId, v.Label }).IsUnique();
        toolVersion.KeepsHistory();
    }
}
