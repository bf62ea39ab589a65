using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Models;

internal sealed class LlmRetirementMapping : IEntityTypeConfiguration<LlmRetirement>
{
    public void Configure(EntityTypeBuilder<LlmRetirement> llmRetirement)
    {
        llmRetirement.ToTable("llm_retirements");
        llmRetirement.HasRowTimes();
        llmRetirement.Property(r => r.Type).HasMaxLength(LlmConfig.TypeLength);
        llmRetirement.Property(r => r.Model).HasMaxLength(LlmConfig.ModelLength);
        llmRetirement.Property(r => r.Replacement).HasMaxLength(LlmConfig.ModelLength);
        llmRetirement.Property(r => r.Source).HasMaxLength(500);
        llmRetirement.HasIndex(r => new { r.Type, r.Model }).IsUnique();
        llmRetirement.KeepsHistory();
    }
}
