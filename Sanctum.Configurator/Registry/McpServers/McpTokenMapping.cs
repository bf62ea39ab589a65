using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.McpServers;

internal sealed class McpTokenMapping : IEntityTypeConfiguration<McpToken>
{
    public void Configure(EntityTypeBuilder<McpToken> mcpToken)
    {
        mcpToken.ToTable("mcp_tokens");
        mcpToken.HasRowTimes();
        mcpToken.HasOne<McpServer>().WithMany().HasForeignKey(t => t.ServerId).OnDelete(DeleteBehavior.Cascade);
        mcpToken.HasOne<User>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
        mcpToken.Property(t => t.Issuer).HasMaxLength(500);
        mcpToken.Property(t => t.ClientId).HasMaxLength(500);
        mcpToken.Property(t => t.Tokens).IsSecret();
        mcpToken.Property(t => t.Scopes).HasMaxLength(2000);
        mcpToken.Property(t => t.ExpiresAt).NotInHistory();
        mcpToken.HasIndex(t => new { t.ServerId, t.UserId }).IsUnique();
        mcpToken.HasIndex(t => t.ServerId).IsUnique().HasFilter("user_id IS NULL").HasDatabaseName("ux_mcp_tokens_of_everybody");
        mcpToken.KeepsHistory();
    }
}
