using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Users;

internal sealed class UserSessionMapping : IEntityTypeConfiguration<UserSession>
{
    public void Configure(EntityTypeBuilder<UserSession> userSession)
    {
        userSession.ToTable("user_sessions");
        userSession.HasRowTimes();
        userSession.Property(s => s.SessionToken).HasMaxLength(255).NotInHistory();
        userSession.HasIndex(s => s.SessionToken).IsUnique();
        userSession.Property(s => s.IpAddress).HasMaxLength(45);
        userSession.Property(s => s.LastSeenAt).HasDefaultValueSql("CURRENT_TIMESTAMP").NotInHistory();
        userSession.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        userSession.KeepsHistory();
    }
}
