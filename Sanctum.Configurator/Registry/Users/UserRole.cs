using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Users;

/// <summary>What a user is here for.</summary>
public enum UserRole
{
    [JsonStringEnumMemberName("viewer")]
    Viewer,

    [JsonStringEnumMemberName("user")]
    User,

    [JsonStringEnumMemberName("admin")]
    Admin,
}
