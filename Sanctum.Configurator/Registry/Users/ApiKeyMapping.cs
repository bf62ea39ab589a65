using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sanctum.Configurator.Registry.Users;

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> apiKey)
    {
        apiKey.ToTable("api_keys");
        apiKey.HasRowTimes();
        apiKey.Property(k => k.Name).HasMaxLength(255);
        apiKey.Property(k => k.Prefix).HasMaxLength(16);
        apiKey.Property(k => k.KeyHash).HasMaxLength(64).NotInHistory();
        apiKey.HasIndex(k => k.KeyHash).IsUnique();
        apiKey.Property(k => k.Scopes).HasMaxLength(1024);

        // Without a check, for which SQLite would make the table anew.
        apiKey
            .Property(k => k.McpWrites)
            .HasConversion(
                new ValueConverter<McpWrites, string>(writes => EnumText<McpWrites>.Of(writes), word => EnumText<McpWrites>.Parse(word))
            )
            .HasMaxLength(32)
            .HasDefaultValue(McpWrites.None);
        apiKey.Property(k => k.LastUsedAt).NotInHistory();
        apiKey.HasOne<User>().WithMany().HasForeignKey(k => k.UserId).OnDelete(DeleteBehavior.Cascade);
        apiKey.KeepsHistory();
    }
}
