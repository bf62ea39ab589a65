using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Registry.Messaging;

internal sealed class MessageMapping : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.ToTable("messages");
        message.Property(m => m.Text).HasColumnName("message");
        message.Property(m => m.Role).HasMaxLength(32);
        message.Property(m => m.Timestamp).HasDefaultValueSql("CURRENT_TIMESTAMP");
        message.Property(m => m.Processed).HasDefaultValue(false);
        message.Property(m => m.Chat).HasMaxLength(LengthLimits.Name);
        message.Property(m => m.ExternalId).HasMaxLength(LengthLimits.Name);
        message.Property(m => m.IdempotencyKey).HasMaxLength(LengthLimits.SourceKey);
        message.Property(m => m.RequestHash).HasMaxLength(64);
        message.Property(m => m.SentBy).HasMaxLength(255);
        message.Property(m => m.Note).HasMaxLength(2000);
        message.Property(m => m.NotedBy).HasMaxLength(255);
        message.Property(m => m.Attachments).IsJson();
        message.Property(m => m.SourceKey).HasMaxLength(LengthLimits.SourceKey);
        message.HasOne<LettaUser>().WithMany().HasForeignKey(m => m.LettaUserId).OnDelete(DeleteBehavior.SetNull);
        message.HasOne<PlatformProfile>().WithMany().HasForeignKey(m => m.PlatformProfileId).OnDelete(DeleteBehavior.SetNull);
        message.HasOne<Agent>().WithMany().HasForeignKey(m => m.AgentId).OnDelete(DeleteBehavior.SetNull);
        message.HasOne<Channel>().WithMany().HasForeignKey(m => m.ChannelId).OnDelete(DeleteBehavior.SetNull);
        message.HasOne<Message>().WithMany().HasForeignKey(m => m.EditedFrom).OnDelete(DeleteBehavior.SetNull);
        message.HasOne<BrocaImport>().WithMany().HasForeignKey(m => m.ImportId).OnDelete(DeleteBehavior.SetNull);
        message.HasIndex(m => new { m.LettaUserId, m.Id });
        message.HasIndex(m => new { m.AgentId, m.Id });
        message
            .HasIndex(m => new
            {
                m.ChannelId,
                m.Chat,
                m.ExternalId,
            })
            .IsUnique()
            .HasFilter("external_id IS NOT NULL")
            .HasDatabaseName("IX_messages_external");
        message
            .HasIndex(m => m.IdempotencyKey)
            .IsUnique()
            .HasFilter("idempotency_key IS NOT NULL")
            .HasDatabaseName("IX_messages_idempotency");

        // Nearly none has one: those would only be written.
        message.HasIndex(m => m.EditedFrom).HasFilter("edited_from IS NOT NULL");
        message.HasIndex(m => m.ImportId).HasFilter("import_id IS NOT NULL");
        message.HasIndex(m => m.SourceKey).IsUnique().HasFilter("source_key IS NOT NULL").HasDatabaseName("IX_messages_source");
    }
}
