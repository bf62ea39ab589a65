using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Registry.Plugins;

internal sealed class PluginLinkMapping : IEntityTypeConfiguration<PluginLink>
{
    public void Configure(EntityTypeBuilder<PluginLink> pluginLink)
    {
        pluginLink.ToTable("plugin_links");
        pluginLink.HasRowTimes();
        pluginLink.ToTable(table => table.HasCheckConstraint("CK_plugin_links_one_end", "(agent_id IS NULL) <> (tool_id IS NULL)"));
        pluginLink.HasOne<Plugin>().WithMany().HasForeignKey(l => l.PluginId);
        pluginLink.HasOne<Agent>().WithMany().HasForeignKey(l => l.AgentId).OnDelete(DeleteBehavior.Cascade);
        pluginLink.HasOne<Tool>().WithMany().HasForeignKey(l => l.ToolId).OnDelete(DeleteBehavior.Cascade);
        pluginLink
            .HasIndex(l => new
            {
                l.PluginId,
                l.AgentId,
                l.ToolId,
            })
            .IsUnique();
        pluginLink.KeepsHistory();
    }
}
