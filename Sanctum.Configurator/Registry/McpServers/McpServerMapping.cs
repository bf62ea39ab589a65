using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.McpServers;

internal sealed class McpServerMapping : IEntityTypeConfiguration<McpServer>
{
    public void Configure(EntityTypeBuilder<McpServer> mcpServer)
    {
        mcpServer.ToTable("mcp_servers");
        mcpServer.HasRowTimes();
        mcpServer.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        mcpServer.Property(s => s.Name).HasMaxLength(McpServer.NameLength);
        mcpServer.Property(s => s.Url).HasMaxLength(McpServer.UrlLength).HasDefaultValue("");
        mcpServer.Property(s => s.ApiKey).IsSecret();
        mcpServer.Property(s => s.IsEnabled).HasColumnName("enabled").HasDefaultValue(true).HasSentinel(true);
        mcpServer.Property(s => s.Description).HasMaxLength(2000);
        mcpServer.Property(s => s.Transport).HasEnumText().HasDefaultValue(McpTransport.Auto);
        mcpServer.Property(s => s.SignIn).HasEnumText().HasDefaultValue(McpSignIn.ApiKey);
        mcpServer.Property(s => s.Command).HasMaxLength(500);
        mcpServer.Property(s => s.Arguments).IsJson();
        mcpServer.Property(s => s.Environment).IsSecret();
        mcpServer.Property(s => s.Headers).IsSecret();
        mcpServer.HasIndex(s => new { s.UserId, s.Name }).IsUnique();
        mcpServer.HasIndex(s => s.Name).IsUnique().HasFilter("user_id IS NULL").HasDatabaseName("ux_mcp_servers_of_everybody");
        mcpServer.KeepsHistory();
    }
}
