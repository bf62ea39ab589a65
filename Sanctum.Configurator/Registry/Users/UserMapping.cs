using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Users;

internal sealed class UserMapping : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users");
        user.HasRowTimes();
        user.Property(u => u.UserName).HasColumnName("username");
        user.Property(u => u.NormalizedUserName).HasColumnName("normalized_username").NotInHistory();
        user.Property(u => u.NormalizedEmail).NotInHistory();
        user.Property(u => u.PasswordHash).HasColumnName("hashed_password").IsSecret();
        user.Property(u => u.SecurityStamp).NotInHistory();
        user.Property(u => u.ConcurrencyStamp).NotInHistory();
        user.Property(u => u.AccessFailedCount).HasDefaultValue(0).NotInHistory();
        user.Property(u => u.LockoutEnd).NotInHistory();
        user.Property(u => u.LockoutEnabled).HasDefaultValue(true).HasSentinel(true).NotInHistory();
        user.Property(u => u.EmailConfirmed).HasDefaultValue(false).NotInHistory();
        user.Property(u => u.PhoneNumber).NotInHistory();
        user.Property(u => u.PhoneNumberConfirmed).HasDefaultValue(false).NotInHistory();
        user.Property(u => u.TwoFactorEnabled).HasDefaultValue(false);
        user.Property(u => u.Role).HasEnumText().HasDefaultValue(UserRole.Viewer);
        user.Property(u => u.Permissions).IsJson();
        user.Property(u => u.LastLogin).NotInHistory();
        user.Property(u => u.IsActive).HasDefaultValue(true).HasSentinel(true);
        user.HasIndex(u => u.NormalizedUserName).HasDatabaseName("idx_users_normalized_username").IsUnique();
        user.HasIndex(u => u.NormalizedEmail).HasDatabaseName("idx_users_normalized_email");
        user.KeepsHistory();
    }
}
