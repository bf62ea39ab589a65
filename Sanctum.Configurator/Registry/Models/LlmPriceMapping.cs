using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Models;

internal sealed class LlmPriceMapping : IEntityTypeConfiguration<LlmPrice>
{
    public void Configure(EntityTypeBuilder<LlmPrice> llmPrice)
    {
        llmPrice.ToTable("llm_prices", table => table.HasCheckConstraint("CK_llm_prices_not_negative", "micros_per_million >= 0"));
        llmPrice.HasRowTimes();
        llmPrice.Property(p => p.Type).HasMaxLength(LlmConfig.TypeLength);
        llmPrice.Property(p => p.Model).HasMaxLength(LlmConfig.ModelLength);
        llmPrice.Property(p => p.Kind).HasEnumText();
        llmPrice
            .HasIndex(p => new
            {
                p.Type,
                p.Model,
                p.Kind,
                p.ValidFrom,
            })
            .IsUnique();
        llmPrice.KeepsHistory();
    }
}
