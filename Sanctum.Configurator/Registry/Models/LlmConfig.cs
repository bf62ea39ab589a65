using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Models;

/// <summary>A model of a provider, with how it is reached. Exactly one of each owner's is active, which the database itself sees to.</summary>
public sealed class LlmConfig : IVersioned
{
    public const int TypeLength = 50;
    public const int ModelLength = 200;
    public const int AddressLength = 500;

    public int Id { get; private set; }

    /// <summary>Whose it is; null for everybody's.</summary>
    public int? UserId { get; init; }

    /// <summary>The provider's kind, such as "openai", "anthropic", "gemini" or "ollama".</summary>
    public string Type { get; set; } = "openai";

    /// <summary>The model's id, as the provider takes it.</summary>
    public required string Model { get; set; }

    /// <summary>Sealed.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Where its API begins; null for the provider's own address.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>What other programs write in place of <see cref="BaseUrl"/>, which goes first.</summary>
    public string? ApiBase { get; set; }

    /// <summary>It is the one that is used.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>It is made the active one at every start.</summary>
    public bool IsPrimary { get; set; }

    /// <summary>It may be used at all.</summary>
    public bool IsEnabled { get; set; } = true;
    public LlmPurpose Purpose { get; set; }

    /// <summary>How many numbers an embedding has; null where it is not known.</summary>
    public int? Dimension { get; set; }

    /// <summary>It is said to call tools, which a test then tries.</summary>
    public bool HasTools { get; set; }

    /// <summary>It is said to answer by a schema, which a test then tries.</summary>
    public bool HasStructuredOutput { get; set; }

    /// <summary>The provider's version of its API, where one has to be named, as with Azure.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>The day on which its provider ends it, as the operator knows it; null where only the lists say.</summary>
    public DateOnly? LivesUntil { get; set; }

    /// <summary>The place among those that are tried when the active one fails, from 1; null where it is not tried.</summary>
    public int? FallbackOrder { get; set; }

    /// <summary>What the environment's key hashed to when it was last taken from there, so that a key typed since is not overwritten.</summary>
    public string? EnvironmentKeyHash { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>What a model is for.</summary>
public enum LlmPurpose
{
    [JsonStringEnumMemberName("chat")]
    Chat,

    [JsonStringEnumMemberName("embedding")]
    Embedding,
}
