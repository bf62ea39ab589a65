using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Tools;

internal sealed class ToolMapping : IEntityTypeConfiguration<Tool>
{
    public void Configure(EntityTypeBuilder<Tool> tool)
    {
        tool.ToTable("tools");
        tool.HasRowTimes();
        tool.Property(t => t.Name).HasMaxLength(255);
        tool.Property(t => t.Emoji).HasMaxLength(32);
        tool.Property(t => t.Category).HasMaxLength(64).HasDefaultValue("master");
        tool.HasIndex(t => t.Category).HasDatabaseName("idx_tools_category");
        tool.Property(t => t.Status).HasEnumText().HasDefaultValue(RunState.Ready);
        tool.Property(t => t.ToolType).HasMaxLength(32).HasDefaultValue("utility");
        tool.Property(t => t.ConfigSchema).IsJson();
        tool.Property(t => t.IsEnabled).HasDefaultValue(true).HasSentinel(true);
        tool.Property(t => t.ToolVersion).HasMaxLength(64);
        tool.HasIndex(t => t.Name);
        tool.KeepsHistory();
    }
}
