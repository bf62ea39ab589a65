using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Registry.GeneratedCode;

internal sealed class CodeBlockMapping : IEntityTypeConfiguration<CodeBlock>
{
    public void Configure(EntityTypeBuilder<CodeBlock> code)
    {
        code.ToTable("generated_code");
        code.Property(c => c.ComponentName).HasMaxLength(255);
        code.Property(c => c.VariantLabel).HasMaxLength(255);
        code.Property(c => c.UserId).HasMaxLength(255);
        code.Property(c => c.Language).HasMaxLength(50);
        code.Property(c => c.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        code.HasOne<Conversation>().WithMany().HasForeignKey(c => c.ConversationId).OnDelete(DeleteBehavior.SetNull);
        code.HasOne<ConversationMessage>().WithMany().HasForeignKey(c => c.MessageId).OnDelete(DeleteBehavior.SetNull);
        code.HasIndex(c => c.ComponentName).HasDatabaseName("idx_generated_code_name");
        code.HasIndex(c => c.CreatedAt).IsDescending().HasDatabaseName("idx_generated_code_created");
        code.HasIndex(c => new { c.UserId, c.CreatedAt });
        code.HasIndex(c => c.ConversationId);
        code.HasIndex(c => new { c.MessageId, c.Ordinal }).IsUnique().HasFilter("message_id IS NOT NULL AND ordinal IS NOT NULL");
    }
}

internal sealed class DesignFileMapping : IEntityTypeConfiguration<DesignFile>
{
    public void Configure(EntityTypeBuilder<DesignFile> file)
    {
        file.ToTable("design_files");
        file.Property(f => f.Kind).HasEnumText();
        file.Property<string?>(nameof(DesignFile.Content)).IsJson();
        file.Property(f => f.Content).IsRequired();
        file.Property(f => f.IsActive).HasDefaultValue(false);
        file.Property(f => f.CreatedBy).HasMaxLength(255);
        file.Property(f => f.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        file.HasIndex(f => new { f.Kind, f.Number }).IsUnique();
        file.HasIndex(f => f.Kind).IsUnique().HasFilter("is_active").HasDatabaseName("ux_design_files_active");
    }
}
