using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>What is personal stays out of the history, which nobody can erase anything from.</summary>
internal sealed class LettaUserMapping : IEntityTypeConfiguration<LettaUser>
{
    public void Configure(EntityTypeBuilder<LettaUser> lettaUser)
    {
        lettaUser.ToTable("letta_users");
        lettaUser.HasRowTimes();
        lettaUser.Property(u => u.LastActive).NotInHistory();
        lettaUser.Property(u => u.AgentPreferences).IsJson().NotInHistory();
        lettaUser.Property(u => u.ConversationHistoryLimit).HasDefaultValue(10).HasSentinel(10);
        lettaUser.Property(u => u.CustomInstructions).HasMaxLength(LengthLimits.Instructions).NotInHistory();
        lettaUser.Property(u => u.IsActive).HasDefaultValue(true).HasSentinel(true);
        lettaUser.Property(u => u.LettaIdentityId).HasMaxLength(255).NotInHistory();
        lettaUser.Property(u => u.LettaBlockId).HasMaxLength(255).NotInHistory();
        lettaUser.Property(u => u.DisplayName).HasMaxLength(LengthLimits.Name).NotInHistory();
        lettaUser.Property(u => u.HoldReason).HasMaxLength(500);
        lettaUser.Property(u => u.SourceKey).HasMaxLength(LengthLimits.SourceKey).NotInHistory();
        lettaUser.HasOne<LettaUser>().WithMany().HasForeignKey(u => u.MergedInto).OnDelete(DeleteBehavior.SetNull);
        lettaUser.HasOne<User>().WithMany().HasForeignKey(u => u.UserId).OnDelete(DeleteBehavior.SetNull);
        lettaUser.HasOne<BrocaImport>().WithMany().HasForeignKey(u => u.ImportId).OnDelete(DeleteBehavior.SetNull);
        lettaUser.HasIndex(u => u.SourceKey).IsUnique().HasFilter("source_key IS NOT NULL").HasDatabaseName("IX_letta_users_source");
        lettaUser.HasIndex(u => u.LastActive);
        lettaUser.KeepsHistory();
    }
}
