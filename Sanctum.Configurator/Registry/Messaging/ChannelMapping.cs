using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class ChannelMapping : IEntityTypeConfiguration<Channel>
{
    public void Configure(EntityTypeBuilder<Channel> channel)
    {
        channel.ToTable("channels");
        channel.HasRowTimes();
        channel.Property(c => c.Name).HasMaxLength(LengthLimits.Name);
        channel.Property(c => c.Platform).HasMaxLength(LengthLimits.Platform);
        channel.Property(c => c.Connector).HasMaxLength(LengthLimits.Platform);
        channel.Property(c => c.IsEnabled).HasDefaultValue(true).HasSentinel(true);
        channel.Property(c => c.Mode).HasEnumText().HasDefaultValue(ChannelMode.Live);
        channel.Property(c => c.BurstSeconds).HasDefaultValue(0);
        channel.Property(c => c.DuringRun).HasEnumText().HasDefaultValue(DuringRun.Queue);
        channel.Property(c => c.MostAttempts).HasDefaultValue(5).HasSentinel(5);
        channel.Property(c => c.Settings).IsJson();
        channel.Property(c => c.Secret).IsSecret();
        channel.Property(c => c.Cursor).HasMaxLength(LengthLimits.Name).NotInHistory();
        channel.Property(c => c.Owner).HasMaxLength(64).NotInHistory();
        channel.Property(c => c.LeaseUntil).NotInHistory();
        channel.Property(c => c.LastContact).NotInHistory();
        channel.Property(c => c.Problem).HasMaxLength(LengthLimits.Failure).NotInHistory();
        channel.HasOne<Agent>().WithMany().HasForeignKey(c => c.AgentId).OnDelete(DeleteBehavior.Cascade);
        channel.HasIndex(c => new { c.Platform, c.AgentId }).IsUnique();
        channel.KeepsHistory();
    }
}
