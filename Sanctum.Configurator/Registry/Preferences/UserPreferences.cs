using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Preferences;

/// <summary>How somebody likes answers, and the console.</summary>
public sealed class UserPreferences : IVersioned
{
    public Guid Id { get; init; }

    /// <summary>The id of the console's user as text, or whatever another program calls them.</summary>
    public required string UserId { get; init; }
    public string? PreferredStyle { get; set; } = "minimal";

    /// <summary>Null for as the device has it.</summary>
    public bool? DarkMode { get; set; } = true;

    /// <summary>A JSON object of whatever else.</summary>
    public string? Settings { get; set; } = "{}";

    /// <summary>Memories are read from this person's conversations, and given to models.</summary>
    public bool UsesMemory { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

internal sealed class UserPreferencesMapping : IEntityTypeConfiguration<UserPreferences>
{
    public void Configure(EntityTypeBuilder<UserPreferences> preferences)
    {
        preferences.ToTable("user_preferences");
        preferences.HasRowTimes();
        preferences.Property(p => p.UserId).HasMaxLength(255);
        preferences.Property(p => p.PreferredStyle).HasMaxLength(50).HasDefaultValue("minimal");
        preferences.Property(p => p.DarkMode).HasDefaultValue(true);
        preferences.Property(p => p.Settings).IsJson().HasDefaultValue("{}");
        preferences.Property(p => p.UsesMemory).HasDefaultValue(true).HasSentinel(true);
        preferences.HasIndex(p => p.UserId).IsUnique();
        preferences.KeepsHistory();
    }
}
