using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Registry.Conversations;

internal sealed class ConversationMapping : IEntityTypeConfiguration<Conversation>
{
    public void Configure(EntityTypeBuilder<Conversation> conversation)
    {
        conversation.ToTable("conversations");
        conversation.HasRowTimes();
        conversation.Property(c => c.UserId).HasMaxLength(255);
        conversation.Property(c => c.Title).HasMaxLength(Conversation.TitleLength);
        conversation.Property(c => c.MessageCount).HasDefaultValue(0);
        conversation.Property(c => c.IsArchived).HasDefaultValue(false);
        conversation.Property(c => c.IsPinned).HasDefaultValue(false);
        conversation.Property(c => c.IsTemporary).HasDefaultValue(false);
        conversation.Property(c => c.IsNamedByHand).HasColumnName("named_by_hand").HasDefaultValue(false);
        conversation.Property(c => c.IsShared).HasDefaultValue(false);
        conversation.Property(c => c.Partner).HasEnumText().HasDefaultValue(ConversationPartner.Model);
        conversation.Property(c => c.SourceKey).HasMaxLength(300);
        conversation.HasOne<Agent>().WithMany().HasForeignKey(c => c.AgentId).OnDelete(DeleteBehavior.SetNull);
        conversation.HasOne<LlmConfig>().WithMany().HasForeignKey(c => c.ConfigId).OnDelete(DeleteBehavior.SetNull);
        conversation.HasIndex(c => c.UserId).HasDatabaseName("idx_conversations_user_id");
        conversation.HasIndex(c => c.UpdatedAt).IsDescending().HasDatabaseName("idx_conversations_updated");
        conversation
            .HasIndex(c => new
            {
                c.UserId,
                c.IsArchived,
                c.IsPinned,
                c.UpdatedAt,
            })
            .HasDatabaseName("IX_conversations_list");
        conversation
            .HasIndex(c => new { c.UserId, c.SourceKey })
            .IsUnique()
            .HasFilter("source_key IS NOT NULL")
            .HasDatabaseName("IX_conversations_source");
        conversation.HasIndex(c => c.CreatedAt).HasFilter("is_temporary").HasDatabaseName("IX_conversations_temporary");
    }
}

internal sealed class ConversationMessageMapping : IEntityTypeConfiguration<ConversationMessage>
{
    public void Configure(EntityTypeBuilder<ConversationMessage> message)
    {
        message.ToTable(
            "conversation_messages",
            table => table.HasCheckConstraint("CK_conversation_messages_role", "role IN ('user', 'assistant', 'system')")
        );
        message.Property(m => m.Role).HasMaxLength(20);
        message.Property(m => m.VariantCodes).IsJson();
        message.Property(m => m.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        message.Property(m => m.IsFirst).HasDefaultValue(false);
        message.Property(m => m.IsSummary).HasDefaultValue(false);
        message.Property(m => m.State).HasEnumText().HasDefaultValue(ConversationMessageState.Complete);
        message.Property(m => m.ToolCalls).IsJson();
        message.Property(m => m.Attachments).IsJson();
        message.Property(m => m.Model).HasMaxLength(255);
        message.Property(m => m.Problem).HasMaxLength(2000);
        message.HasOne<Conversation>().WithMany().HasForeignKey(m => m.ConversationId).OnDelete(DeleteBehavior.Cascade);
        message.HasOne<ConversationMessage>().WithMany().HasForeignKey(m => m.ParentId).OnDelete(DeleteBehavior.SetNull);
        message.HasIndex(m => new { m.ConversationId, m.CreatedAt }).HasDatabaseName("idx_messages_conversation");
        message.HasIndex(m => m.ParentId).HasDatabaseName("IX_conversation_messages_parent");
        message
            .HasIndex(m => new { m.ConversationId, m.CreatedAt }, "IX_conversation_messages_outside")
            .HasFilter("parent_id IS NULL")
            .HasDatabaseName("IX_conversation_messages_outside");
    }
}

internal sealed class ConversationRunMapping : IEntityTypeConfiguration<ConversationRun>
{
    public void Configure(EntityTypeBuilder<ConversationRun> run)
    {
        run.ToTable("conversation_runs");
        run.Property(r => r.Status).HasEnumText().HasDefaultValue(ConversationRunStatus.Waiting);
        run.Property(r => r.Speaker).HasMaxLength(255);
        run.Property(r => r.Decision).IsJson();
        run.Property(r => r.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        run.Property(r => r.Owner).HasMaxLength(64);
        run.Property(r => r.Crashes).HasDefaultValue(0);
        run.Property(r => r.ClientId).HasMaxLength(64);
        run.Property(r => r.LettaRunId).HasMaxLength(64);
        run.HasOne<Conversation>().WithMany().HasForeignKey(r => r.ConversationId).OnDelete(DeleteBehavior.Cascade);
        run.HasOne<ConversationMessage>().WithMany().HasForeignKey(r => r.MessageId).OnDelete(DeleteBehavior.Cascade);
        run.HasIndex(r => new { r.Status, r.Id }).HasFilter("status <> 'ended'").HasDatabaseName("IX_conversation_runs_open");
        run.HasIndex(r => new { r.ConversationId, r.Id });
        run.HasIndex(r => r.MessageId);
        run.HasIndex(r => r.EndedAt);
    }
}

internal sealed class ConversationPieceMapping : IEntityTypeConfiguration<ConversationPiece>
{
    public void Configure(EntityTypeBuilder<ConversationPiece> piece)
    {
        piece.ToTable("conversation_pieces");
        piece.HasKey(p => new { p.RunId, p.Number });
        piece.Property(p => p.Kind).HasEnumText().HasDefaultValue(ConversationPieceKind.Text);
        piece.HasOne<ConversationRun>().WithMany().HasForeignKey(p => p.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ConversationPromptMapping : IEntityTypeConfiguration<ConversationPrompt>
{
    public void Configure(EntityTypeBuilder<ConversationPrompt> prompt)
    {
        prompt.ToTable("conversation_prompts");
        prompt.HasKey(p => p.MessageId);
        prompt.Property<string?>(nameof(ConversationPrompt.Parts)).IsJson();
        prompt.Property(p => p.Parts).IsRequired();
        prompt.Property(p => p.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        prompt.HasOne<ConversationMessage>().WithMany().HasForeignKey(p => p.MessageId).OnDelete(DeleteBehavior.Cascade);
    }
}
