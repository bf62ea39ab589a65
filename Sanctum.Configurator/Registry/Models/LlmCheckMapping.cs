using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Models;

internal sealed class LlmCheckMapping : IEntityTypeConfiguration<LlmCheck>
{
    public void Configure(EntityTypeBuilder<LlmCheck> llmCheck)
    {
        llmCheck.ToTable("llm_checks");
        llmCheck.HasOne<LlmConfig>().WithMany().HasForeignKey(c => c.ConfigId).OnDelete(DeleteBehavior.Cascade);
        llmCheck.Property(c => c.CheckedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        llmCheck.Property(c => c.CheckedBy).HasMaxLength(255);
        llmCheck.Property(c => c.Model).HasMaxLength(LlmConfig.ModelLength);
        llmCheck.Property(c => c.Verdict).HasMaxLength(32);
        llmCheck.Property(c => c.Steps).IsJson();
        llmCheck.HasIndex(c => new { c.ConfigId, c.CheckedAt });
    }
}
