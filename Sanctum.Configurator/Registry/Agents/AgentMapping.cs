using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Agents;

internal sealed class AgentMapping : IEntityTypeConfiguration<Agent>
{
    public void Configure(EntityTypeBuilder<Agent> agent)
    {
        agent.ToTable("agents");
        agent.HasRowTimes();
        agent.Property(a => a.Name).HasMaxLength(255);
        agent.Property(a => a.LettaUid).HasMaxLength(64);
        agent.HasIndex(a => a.LettaUid).IsUnique();
        agent.Property(a => a.Status).HasEnumText().HasDefaultValue(RunState.Ready);
        agent.Property(a => a.Config).IsJson();
        agent.Property(a => a.IsActive).HasDefaultValue(true).HasSentinel(true);
        agent.HasIndex(a => a.Name);
        agent.KeepsHistory();
    }
}
