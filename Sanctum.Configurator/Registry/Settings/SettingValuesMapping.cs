using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Settings;

internal sealed class SystemConfigMapping : IEntityTypeConfiguration<SystemConfig>
{
    public void Configure(EntityTypeBuilder<SystemConfig> config)
    {
        config.ToTable("system_config", table => table.HasCheckConstraint("CK_system_config_one_row", "id = 1"));
        SettingColumns.Map(config);
        config.Property(c => c.Id).ValueGeneratedNever().HasDefaultValue(SystemConfig.TheId);
        config.Property(c => c.Environment).HasEnumText().HasDefaultValue(DeploymentEnvironment.Development);
        config.Property(c => c.LastConnected).NotInHistory();
        config.HasIndex(c => c.LettaServerActive).HasDatabaseName("idx_system_config_letta_active");
        config.HasIndex(c => c.Environment).HasDatabaseName("idx_system_config_environment");
        config.HasIndex(c => c.DebugMode).HasDatabaseName("idx_system_config_debug_mode");
        config.KeepsHistory();
    }
}

internal sealed class SystemConfigProfileMapping : IEntityTypeConfiguration<SystemConfigProfile>
{
    public void Configure(EntityTypeBuilder<SystemConfigProfile> profile)
    {
        profile.ToTable("system_config_profiles");
        SettingColumns.Map(profile);
        profile.Property(p => p.Environment).HasEnumText();
        profile.HasIndex(p => p.Environment).IsUnique();
        profile.KeepsHistory();
    }
}

/// <summary>The columns that the live row and the saved profiles share, with seed 000's defaults.</summary>
file static class SettingColumns
{
    public static void Map<T>(EntityTypeBuilder<T> values)
        where T : SettingValues
    {
        values.Property(v => v.DebugMode).HasDefaultValue(false);
        values.Property(v => v.OpenAiApiKey).HasColumnName("openai_api_key").IsSecret();
        values.Property(v => v.AnthropicApiKey).IsSecret();
        values.Property(v => v.OllamaBaseUrl).HasMaxLength(255).HasDefaultValue("http://localhost:11434");
        values.Property(v => v.SanctumBasePath).HasMaxLength(255).HasDefaultValue("~/sanctum");
        values.Property(v => v.LettaDataPath).HasMaxLength(255).HasDefaultValue("~/.letta");
        values.Property(v => v.FlaskPort).HasDefaultValue(5000);
        values.Property(v => v.SmcpPort).HasDefaultValue(9000);
        values.Property(v => v.LettaServerKind).HasMaxLength(32).HasDefaultValue("automatic");
        values.Property(v => v.LettaServerAddress).HasMaxLength(255).HasDefaultValue("https://localhost");
        values.Property(v => v.LettaServerPort).HasDefaultValue(443);
        values.Property(v => v.LettaServerToken).IsSecret();
        values.Property(v => v.LettaConnectionTimeout).HasDefaultValue(30);
        values.Property(v => v.LettaCheckInterval).HasDefaultValue(60);
        values.Property(v => v.LettaServerActive).HasDefaultValue(true);
        values.HasRowTimes();
        var name = values.Metadata.GetTableName();
        values.ToTable(table =>
        {
            // SQLite keeps any type in any column; these two kinds must not hold words.
            table.HasCheckConstraint(
                $"CK_{name}_ports",
                "flask_port BETWEEN 1 AND 65535 AND smcp_port BETWEEN 1 AND 65535 AND letta_server_port BETWEEN 1 AND 65535"
            );
            table.HasCheckConstraint(
                $"CK_{name}_seconds",
                "letta_connection_timeout BETWEEN 1 AND 3600 AND letta_check_interval BETWEEN 5 AND 86400"
            );
        });
    }
}
