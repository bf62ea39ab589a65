using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Configurations;

internal sealed class ConfigurationMapping : IEntityTypeConfiguration<Configuration>
{
    public void Configure(EntityTypeBuilder<Configuration> configuration)
    {
        configuration.ToTable("configurations");
        configuration.HasRowTimes();
        configuration.Property(c => c.Key).HasMaxLength(255);
        configuration.Property(c => c.Value).IsSecretWhere(nameof(Configuration.IsEncrypted));
        configuration.Property(c => c.Type).HasEnumText().HasDefaultValue(ConfigurationType.String);
        configuration.Property(c => c.Scope).HasMaxLength(32).HasDefaultValue("system");
        configuration.Property(c => c.IsEncrypted).HasDefaultValue(false);
        configuration.HasIndex(c => new { c.Scope, c.ScopeId }).HasDatabaseName("idx_configurations_scope");
        configuration.KeepsHistory();
    }
}
