using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Tools;

internal sealed class ToolInstanceMapping : IEntityTypeConfiguration<ToolInstance>
{
    public void Configure(EntityTypeBuilder<ToolInstance> toolInstance)
    {
        toolInstance.ToTable("tool_instances");
        toolInstance.HasRowTimes();
        toolInstance.Property(i => i.Name).HasMaxLength(255);
        toolInstance.Property(i => i.Config).IsJson();
        toolInstance.Property(i => i.Status).HasEnumText().HasDefaultValue(RunState.Ready);
        toolInstance.Property(i => i.LastRun).NotInHistory();
        toolInstance.Property(i => i.LastResult).IsJson().NotInHistory();
        toolInstance.HasIndex(i => i.Name);
        toolInstance.Property(i => i.NextRun).NotInHistory();
        toolInstance.Property(i => i.IsActive).HasDefaultValue(true).HasSentinel(true);
        toolInstance.HasOne<Tool>().WithMany().HasForeignKey(i => i.ToolId).OnDelete(DeleteBehavior.Restrict);
        toolInstance.HasOne<Agent>().WithMany().HasForeignKey(i => i.AgentId).OnDelete(DeleteBehavior.Restrict);
        toolInstance.HasIndex(i => i.AgentId).HasDatabaseName("idx_tool_instances_agent");
        toolInstance.KeepsHistory();
    }
}
