using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.McpServers;

internal sealed class McpCheckMapping : IEntityTypeConfiguration<McpCheck>
{
    public void Configure(EntityTypeBuilder<McpCheck> mcpCheck)
    {
        mcpCheck.ToTable("mcp_checks");
        mcpCheck.HasOne<McpServer>().WithMany().HasForeignKey(c => c.ServerId).OnDelete(DeleteBehavior.Cascade);
        mcpCheck.Property(c => c.CheckedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        mcpCheck.Property(c => c.CheckedBy).HasMaxLength(255);
        mcpCheck.Property(c => c.Verdict).HasMaxLength(32);
        mcpCheck.Property(c => c.Era).HasMaxLength(32);
        mcpCheck.Property(c => c.ProtocolVersion).HasMaxLength(32);
        mcpCheck.Property(c => c.Transport).HasMaxLength(32);
        mcpCheck.Property(c => c.ServerName).HasMaxLength(255);
        mcpCheck.Property(c => c.ServerVersion).HasMaxLength(64);
        mcpCheck.Property(c => c.Steps).IsJson();
        mcpCheck.HasIndex(c => new { c.ServerId, c.CheckedAt });
    }
}
