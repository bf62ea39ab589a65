using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>What is compared of people and profiles: as Broca has them, in the registry's terms, and as they are here.</summary>
internal static class PeopleColumns
{
    public static (string, object?)[] There(SourcePerson person) =>
        [
            ("id", person.Id),
            ("created_at", person.CreatedAt),
            ("last_active", person.LastActive),
            ("agent_preferences", person.Preferences),
            ("conversation_history_limit", person.HistoryLimit),
            ("custom_instructions", person.Instructions),
            ("is_active", person.IsActive),
            ("letta_identity_id", person.IdentityId),
            ("letta_block_id", person.BlockId),
        ];

    /// <summary>Where Broca does not know when a user came, the console says when it was imported.</summary>
    public static (string, object?)[] Here(SourcePerson person, LettaUser user) =>
        [
            ("id", person.Id),
            ("created_at", person.CreatedAt is null ? null : user.CreatedAt),
            ("last_active", user.LastActive),
            ("agent_preferences", CanonicalText.Json(user.AgentPreferences)),
            ("conversation_history_limit", user.ConversationHistoryLimit),
            ("custom_instructions", user.CustomInstructions),
            ("is_active", user.IsActive),
            ("letta_identity_id", user.LettaIdentityId),
            ("letta_block_id", user.LettaBlockId),
        ];

    public static (string, object?)[] There(SourceProfile profile, int? person) =>
        [
            ("id", profile.Id),
            ("letta_user_id", person),
            ("platform", profile.Platform),
            ("platform_user_id", profile.PlatformUserId),
            ("username", profile.Username),
            ("display_name", profile.DisplayName),
            ("metadata", profile.Metadata),
            ("created_at", profile.CreatedAt),
            ("last_active", profile.LastActive),
        ];

    public static (string, object?)[] Here(SourceProfile profile, PlatformProfile here) =>
        [
            ("id", profile.Id),
            ("letta_user_id", here.LettaUserId),
            ("platform", here.Platform),
            ("platform_user_id", here.PlatformUserId),
            ("username", here.Username),
            ("display_name", here.DisplayName),
            ("metadata", CanonicalText.Json(here.Metadata)),
            ("created_at", profile.CreatedAt is null ? null : here.CreatedAt),
            ("last_active", here.LastActive),
        ];
}
