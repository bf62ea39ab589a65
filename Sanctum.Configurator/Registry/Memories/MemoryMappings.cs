using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Registry.Memories;

internal sealed class MemoryMapping : IEntityTypeConfiguration<Memory>
{
    public void Configure(EntityTypeBuilder<Memory> memory)
    {
        memory.ToTable("memory_long_term");
        memory.HasRowTimes();
        memory.Property(m => m.UserId).HasMaxLength(255);
        memory.Property(m => m.MemoryType).HasEnumText();
        memory.Property(m => m.RelevanceScore).HasDefaultValue(1.0).HasSentinel(1.0);
        memory.Property(m => m.LastAccessed).HasDefaultValueSql("CURRENT_TIMESTAMP");
        memory.Property(m => m.UseCount).HasDefaultValue(0);
        memory.Property(m => m.Scope).HasEnumText().HasDefaultValue(MemoryScope.Person);
        memory.Property(m => m.Status).HasEnumText().HasDefaultValue(MemoryStatus.Active);
        memory.Property(m => m.HeldBecause).HasMaxLength(500);
        memory.Property(m => m.ExtractedBy).HasMaxLength(255);
        memory.Property(m => m.PromptVersion).HasMaxLength(64);
        memory.Property(m => m.ContentKey).HasMaxLength(64);
        memory.HasOne<Conversation>().WithMany().HasForeignKey(m => m.SourceConversationId).OnDelete(DeleteBehavior.SetNull);
        memory.HasOne<ConversationMessage>().WithMany().HasForeignKey(m => m.SourceMessageId).OnDelete(DeleteBehavior.SetNull);
        memory.HasOne<Memory>().WithMany().HasForeignKey(m => m.SupersededBy).OnDelete(DeleteBehavior.SetNull);
        memory.HasOne<Agent>().WithMany().HasForeignKey(m => m.AgentId).OnDelete(DeleteBehavior.SetNull);
        memory.HasIndex(m => new { m.UserId, m.MemoryType }).HasDatabaseName("idx_ltm_user");
        memory.HasIndex(m => m.LastAccessed).IsDescending().HasDatabaseName("idx_ltm_accessed");
        memory.HasIndex(m => new { m.UserId, m.ContentKey });
        memory.HasIndex(m => m.Scope).HasFilter("scope = 'shared'").HasDatabaseName("IX_memory_long_term_shared");
        memory.HasIndex(m => m.SourceConversationId);
        memory.HasIndex(m => m.SourceMessageId);
        memory.HasIndex(m => m.SupersededBy);
    }
}

internal sealed class MemorySourceMapping : IEntityTypeConfiguration<MemorySource>
{
    public void Configure(EntityTypeBuilder<MemorySource> source)
    {
        source.ToTable("memory_sources");
        source.HasKey(s => new { s.MemoryId, s.SourceId });
        source.HasOne<Memory>().WithMany().HasForeignKey(s => s.MemoryId).OnDelete(DeleteBehavior.Cascade);
        source.HasOne<Memory>().WithMany().HasForeignKey(s => s.SourceId).OnDelete(DeleteBehavior.Cascade);
        source.HasIndex(s => s.SourceId);
    }
}

internal sealed class MemoryTombstoneMapping : IEntityTypeConfiguration<MemoryTombstone>
{
    public void Configure(EntityTypeBuilder<MemoryTombstone> tombstone)
    {
        tombstone.ToTable("memory_tombstones");
        tombstone.Property(t => t.UserId).HasMaxLength(255);
        tombstone.Property(t => t.ContentKey).HasMaxLength(64);
        tombstone.Property(t => t.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        tombstone.HasIndex(t => new { t.UserId, t.ContentKey }).IsUnique();
    }
}

internal sealed class MemoryExtractionMapping : IEntityTypeConfiguration<MemoryExtraction>
{
    public void Configure(EntityTypeBuilder<MemoryExtraction> extraction)
    {
        extraction.ToTable("memory_extractions");
        extraction.Property(e => e.Status).HasEnumText().HasDefaultValue(MemoryExtractionStatus.Waiting);
        extraction.Property(e => e.Attempts).HasDefaultValue(0);
        extraction.Property(e => e.Owner).HasMaxLength(64);
        extraction.Property(e => e.Problem).HasMaxLength(2000);
        extraction.Property(e => e.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        extraction.HasOne<Conversation>().WithMany().HasForeignKey(e => e.ConversationId).OnDelete(DeleteBehavior.Cascade);
        extraction.HasOne<ConversationMessage>().WithMany().HasForeignKey(e => e.MessageId).OnDelete(DeleteBehavior.Cascade);
        extraction
            .HasIndex(e => new { e.DueAt, e.Id })
            .HasFilter("status IN ('waiting', 'running')")
            .HasDatabaseName("IX_memory_extractions_open");
        extraction.HasIndex(e => e.ConversationId);
        extraction.HasIndex(e => e.MessageId).IsUnique().HasFilter("message_id IS NOT NULL");
    }
}

internal sealed class VectorIndexMapping : IEntityTypeConfiguration<VectorIndex>
{
    public void Configure(EntityTypeBuilder<VectorIndex> index)
    {
        index.ToTable("vector_indexes");
        index.Property(i => i.Model).HasMaxLength(200);
        index.Property(i => i.Status).HasEnumText().HasDefaultValue(VectorIndexStatus.Building);
        index.Property(i => i.Problem).HasMaxLength(2000);
        index.Property(i => i.CreatedAt).HasDefaultValueSql("CURRENT_TIMESTAMP");
        index.HasOne<LlmConfig>().WithMany().HasForeignKey(i => i.ConfigId).OnDelete(DeleteBehavior.SetNull);
        index.HasIndex(i => i.Status).IsUnique().HasFilter("status = 'active'").HasDatabaseName("ux_vector_indexes_active");
        index.HasIndex(i => new { i.Model, i.Number }).IsUnique();
    }
}

internal sealed class MemoryVectorMapping : IEntityTypeConfiguration<MemoryVector>
{
    public void Configure(EntityTypeBuilder<MemoryVector> vector)
    {
        vector.ToTable("memory_vectors");
        vector.HasKey(v => new { v.IndexId, v.MemoryId });
        vector.Property(v => v.ContentKey).HasMaxLength(64);
        vector.HasOne<VectorIndex>().WithMany().HasForeignKey(v => v.IndexId).OnDelete(DeleteBehavior.Cascade);
        vector.HasOne<Memory>().WithMany().HasForeignKey(v => v.MemoryId).OnDelete(DeleteBehavior.Cascade);
        vector.HasIndex(v => v.MemoryId);
    }
}

internal sealed class MemorySettingsMapping : IEntityTypeConfiguration<MemorySettings>
{
    public void Configure(EntityTypeBuilder<MemorySettings> settings)
    {
        settings.ToTable("memory_settings", table => table.HasCheckConstraint("CK_memory_settings_one_row", "id = 1"));
        settings.HasRowTimes();
        settings.Property(s => s.Id).ValueGeneratedNever().HasDefaultValue(MemorySettings.TheId);
        settings.HasOne<LlmConfig>().WithMany().HasForeignKey(s => s.ExtractionConfigId).OnDelete(DeleteBehavior.SetNull);
        settings.KeepsHistory();
    }
}
