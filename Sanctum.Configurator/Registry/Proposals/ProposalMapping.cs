using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Proposals;

internal sealed class ProposalMapping : IEntityTypeConfiguration<Proposal>
{
    public void Configure(EntityTypeBuilder<Proposal> proposal)
    {
        proposal.ToTable("proposals");
        proposal.HasRowTimes();
        proposal.HasOne<ApiKey>().WithMany().HasForeignKey(p => p.KeyId).OnDelete(DeleteBehavior.SetNull);
        proposal.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.SetNull);
        proposal.Property(p => p.KeyName).HasMaxLength(255);
        proposal.Property(p => p.Title).HasMaxLength(255);
        proposal.Property(p => p.Reason).HasMaxLength(2000);
        proposal.Property(p => p.Method).HasMaxLength(8);
        proposal.Property(p => p.Path).HasMaxLength(1000);
        proposal.Property(p => p.Body).IsSecret();
        proposal.Property(p => p.Difference).IsJson();
        proposal.Property(p => p.BaseVersion).HasMaxLength(64);
        proposal.Property(p => p.State).HasEnumText().HasDefaultValue(ProposalState.Pending);
        proposal.Property(p => p.DecidedBy).HasMaxLength(255);
        proposal.Property(p => p.Answer).IsJson();
        proposal.HasIndex(p => new { p.State, p.CreatedAt });
        proposal.KeepsHistory();
    }
}
