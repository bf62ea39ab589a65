using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Plugins;

internal sealed class PluginMapping : IEntityTypeConfiguration<Plugin>
{
    public void Configure(EntityTypeBuilder<Plugin> plugin)
    {
        plugin.ToTable("plugins");
        plugin.HasRowTimes("row_version");
        plugin.Property(p => p.Name).HasMaxLength(255);
        plugin.Property(p => p.Type).HasMaxLength(32).HasDefaultValue("mcp");
        plugin.Property(p => p.PluginVersion).HasColumnName("version").HasMaxLength(64);
        plugin.Property(p => p.Status).HasEnumText().HasDefaultValue(PluginStatus.Inactive);
        plugin.Property(p => p.Config).IsJson();
        plugin.Property(p => p.Dependencies).IsJson();
        plugin.Property(p => p.IsEnabled).HasDefaultValue(true).HasSentinel(true);
        plugin.Property(p => p.Folder).HasMaxLength(1024);
        plugin.Property(p => p.Described).IsJson();
        plugin.Property(p => p.Found).IsJson();
        plugin.KeepsHistory();
    }
}
