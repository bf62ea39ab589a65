using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Plugins;

internal sealed class PluginVersionMapping : IEntityTypeConfiguration<PluginVersion>
{
    public void Configure(EntityTypeBuilder<PluginVersion> pluginVersion)
    {
        pluginVersion.ToTable("plugin_versions");
        pluginVersion.HasRowTimes();
        pluginVersion.Property(v => v.Label).HasMaxLength(64);
        pluginVersion.Property(v => v.Config).IsJson();
        pluginVersion.HasOne<Plugin>().WithMany().HasForeignKey(v => v.PluginId);
        pluginVersion.HasIndex(v => new { v.PluginId, v.Label }).IsUnique();
        pluginVersion.KeepsHistory();
    }
}
