using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Registry.McpServers;

internal sealed class McpToolMapping : IEntityTypeConfiguration<McpTool>
{
    public void Configure(EntityTypeBuilder<McpTool> mcpTool)
    {
        mcpTool.ToTable("mcp_tools");
        mcpTool.HasRowTimes();
        mcpTool.HasOne<McpServer>().WithMany().HasForeignKey(t => t.ServerId).OnDelete(DeleteBehavior.Cascade);
        mcpTool.HasOne<Tool>().WithMany().HasForeignKey(t => t.ToolId).OnDelete(DeleteBehavior.SetNull);
        mcpTool.Property(t => t.Kind).HasEnumText().HasDefaultValue(McpToolKind.Tool);
        mcpTool.Property(t => t.Name).HasMaxLength(McpTool.NameLength);
        mcpTool.Property(t => t.State).HasEnumText().HasDefaultValue(McpToolState.Held);
        mcpTool.Property(t => t.Approved).IsJson();
        mcpTool.Property(t => t.ApprovedHash).HasMaxLength(64);
        mcpTool.Property(t => t.ApprovedBy).HasMaxLength(255);
        mcpTool.Property(t => t.Seen).IsJson().NotInHistory();
        mcpTool.Property(t => t.SeenHash).HasMaxLength(64).NotInHistory();
        mcpTool.Property(t => t.SeenAt).NotInHistory();
        mcpTool
            .HasIndex(t => new
            {
                t.ServerId,
                t.Kind,
                t.Name,
            })
            .IsUnique();
        mcpTool.KeepsHistory();
    }
}
