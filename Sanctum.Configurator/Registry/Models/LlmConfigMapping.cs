using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Models;

internal sealed class LlmConfigMapping : IEntityTypeConfiguration<LlmConfig>
{
    public void Configure(EntityTypeBuilder<LlmConfig> llmConfig)
    {
        // Who reads the active model wants one that talks.
        llmConfig.ToTable("llm_config", table => table.HasCheckConstraint("CK_llm_config_active_talks", "NOT active OR purpose = 'chat'"));
        llmConfig.HasRowTimes();
        llmConfig.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        llmConfig.Property(c => c.Type).HasMaxLength(LlmConfig.TypeLength).HasDefaultValue("openai");
        llmConfig.Property(c => c.Model).HasMaxLength(LlmConfig.ModelLength);
        llmConfig.Property(c => c.ApiKey).IsSecret();
        llmConfig.Property(c => c.BaseUrl).HasMaxLength(LlmConfig.AddressLength);
        llmConfig.Property(c => c.ApiBase).HasMaxLength(LlmConfig.AddressLength);
        llmConfig.Property(c => c.IsActive).HasColumnName("active").HasDefaultValue(true).HasSentinel(true);
        llmConfig.Property(c => c.IsPrimary).HasDefaultValue(false);
        llmConfig.Property(c => c.IsEnabled).HasColumnName("enabled").HasDefaultValue(true).HasSentinel(true);
        llmConfig.Property(c => c.Purpose).HasEnumText().HasDefaultValue(LlmPurpose.Chat);
        llmConfig.Property(c => c.HasTools).HasDefaultValue(false);
        llmConfig.Property(c => c.HasStructuredOutput).HasDefaultValue(false);
        llmConfig.Property(c => c.ApiVersion).HasMaxLength(32);
        llmConfig.Property(c => c.EnvironmentKeyHash).HasMaxLength(64).NotInHistory();
        llmConfig.HasIndex(c => c.UserId).HasFilter("active").IsUnique().HasDatabaseName("ux_llm_config_one_active");
        llmConfig
            .HasIndex(c => c.IsActive)
            .HasFilter("active AND user_id IS NULL")
            .IsUnique()
            .HasDatabaseName("ux_llm_config_one_active_of_everybody");
        llmConfig.HasIndex(c => c.IsPrimary).HasFilter("is_primary").IsUnique().HasDatabaseName("ux_llm_config_one_primary");
        llmConfig.KeepsHistory();
    }
}
