using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Messaging;

/// <summary>What is personal stays out of the history, which nobody can erase anything from.</summary>
internal sealed class PlatformProfileMapping : IEntityTypeConfiguration<PlatformProfile>
{
    public void Configure(EntityTypeBuilder<PlatformProfile> profile)
    {
        profile.ToTable("platform_profiles");
        profile.HasRowTimes();
        profile.Property(p => p.Platform).HasMaxLength(LengthLimits.Platform);
        profile.Property(p => p.PlatformUserId).HasMaxLength(LengthLimits.Name).NotInHistory();
        profile.Property(p => p.Username).HasMaxLength(LengthLimits.Name).NotInHistory();
        profile.Property(p => p.DisplayName).HasMaxLength(LengthLimits.Name).NotInHistory();
        profile.Property(p => p.Metadata).IsJson().NotInHistory();
        profile.Property(p => p.LastActive).NotInHistory();
        profile.HasOne<LettaUser>().WithMany().HasForeignKey(p => p.LettaUserId).OnDelete(DeleteBehavior.Cascade);
        profile.HasOne<BrocaImport>().WithMany().HasForeignKey(p => p.ImportId).OnDelete(DeleteBehavior.SetNull);
        profile.HasIndex(p => new { p.Platform, p.PlatformUserId }).IsUnique();
        profile.KeepsHistory();
    }
}
