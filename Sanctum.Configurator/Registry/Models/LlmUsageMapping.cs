using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Models;

internal sealed class LlmUsageMapping : IEntityTypeConfiguration<LlmUsage>
{
    public void Configure(EntityTypeBuilder<LlmUsage> llmUsage)
    {
        llmUsage.ToTable("llm_usage");
        llmUsage.Property(u => u.UsedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        llmUsage.HasOne<LlmConfig>().WithMany().HasForeignKey(u => u.ConfigId).OnDelete(DeleteBehavior.SetNull);
        llmUsage.HasOne<Agent>().WithMany().HasForeignKey(u => u.AgentId).OnDelete(DeleteBehavior.SetNull);
        llmUsage.HasOne<User>().WithMany().HasForeignKey(u => u.UserId).OnDelete(DeleteBehavior.SetNull);
        llmUsage.Property(u => u.Type).HasMaxLength(LlmConfig.TypeLength);
        llmUsage.Property(u => u.Model).HasMaxLength(LlmConfig.ModelLength);
        llmUsage.Property(u => u.Conversation).HasMaxLength(64);
        llmUsage.Property(u => u.Prices).IsJson();
        llmUsage.Property(u => u.Outcome).HasMaxLength(32);
        llmUsage.HasIndex(u => u.UsedAt);
        llmUsage.HasIndex(u => new { u.UserId, u.UsedAt });
    }
}
