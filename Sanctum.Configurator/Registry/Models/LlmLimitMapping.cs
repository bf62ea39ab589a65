using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Models;

internal sealed class LlmLimitMapping : IEntityTypeConfiguration<LlmLimit>
{
    public void Configure(EntityTypeBuilder<LlmLimit> llmLimit)
    {
        llmLimit.ToTable("llm_limits");
        llmLimit.HasRowTimes();
        llmLimit.HasOne<User>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
        llmLimit.Property(l => l.Period).HasEnumText();
        llmLimit.HasIndex(l => new { l.UserId, l.Period }).IsUnique();
        llmLimit.HasIndex(l => l.Period).IsUnique().HasFilter("user_id IS NULL").HasDatabaseName("ux_llm_limits_of_everybody");
        llmLimit.KeepsHistory();
    }
}
