using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Plugins;

internal sealed class PluginConfigMapping : IEntityTypeConfiguration<PluginConfig>
{
    public void Configure(EntityTypeBuilder<PluginConfig> pluginConfig)
    {
        pluginConfig.ToTable("plugin_config");
        pluginConfig.HasRowTimes();
        pluginConfig.Property(c => c.PluginName).HasMaxLength(100);
        pluginConfig.Property(c => c.ConfigKey).HasMaxLength(100);
        pluginConfig.Property(c => c.ConfigType).HasMaxLength(50).HasDefaultValue("string");
        pluginConfig.HasIndex(c => new { c.PluginName, c.ConfigKey }).IsUnique();
        pluginConfig.KeepsHistory();
    }
}
