using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>A model as it is added, changed or tested.</summary>
public sealed class ModelForm : IValidatableObject
{
    /// <summary>Null for a new one. A test takes the stored key of this one where none is sent.</summary>
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    /// <summary>It is for the caller only; else for everybody. Of a saved one it can't be changed.</summary>
    public bool IsMine { get; set; }

    /// <summary>The provider's kind, such as "openai", "anthropic", "gemini", "ollama" or "compatible".</summary>
    [Required(ErrorMessage = "Choose the provider.")]
    [StringLength(LlmConfig.TypeLength, ErrorMessage = "A type has at most 50 characters.")]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$", ErrorMessage = "A type is one word, such as openai.")]
    public string Type
    {
        get;
        set => field = Unseen.Trim(value ?? "").ToLowerInvariant();
    } = LlmProvider.OpenAi;

    /// <summary>The model's id, as the provider takes it. Any may be typed.</summary>
    [Required(ErrorMessage = "Enter the model, such as gpt-4o.")]
    [StringLength(LlmConfig.ModelLength, ErrorMessage = "A model has at most 200 characters.")]
    [Sendable(SendableAs.Text)]
    public string Model
    {
        get;
        set => field = Unseen.Trim(value ?? "");
    } = "";

    /// <summary>Another key; "" for none of its own; null leaves the stored one. It is never told.</summary>
    [StringLength(4096, MinimumLength = 0, ErrorMessage = "A key has at most 4096 characters.")]
    [Sendable(SendableAs.Key)]
    public string? ApiKey
    {
        get;
        set => field = value is null ? null : Unseen.Trim(value);
    }

    /// <summary>Where its API begins; null for the provider's own address.</summary>
    [StringLength(LlmConfig.AddressLength, ErrorMessage = "An address has at most 500 characters.")]
    [Sendable(SendableAs.Text)]
    public string? BaseUrl
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>What other programs write in place of the base URL, which goes first.</summary>
    [StringLength(LlmConfig.AddressLength, ErrorMessage = "An address has at most 500 characters.")]
    [Sendable(SendableAs.Text)]
    public string? ApiBase
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    public LlmPurpose Purpose { get; set; }

    /// <summary>How many numbers an embedding has; null where it is not known.</summary>
    [Range(1, 65_536, ErrorMessage = "A dimension is a number from 1 to 65,536.")]
    public int? Dimension { get; set; }

    public bool HasTools { get; set; }

    public bool HasStructuredOutput { get; set; }

    /// <summary>The version of the API that the address wants as api-version, as older Azure addresses do.</summary>
    [StringLength(32, ErrorMessage = "A version has at most 32 characters.")]
    [Sendable(SendableAs.Text)]
    public string? ApiVersion
    {
        get;
        set => field = Unseen.TrimToNull(value);
    }

    /// <summary>The day on which it ends, where the operator knows better than the lists.</summary>
    public DateOnly? LivesUntil { get; set; }

    /// <summary>The place among those that are tried when the active one fails, from 1; null where it is not tried.</summary>
    [Range(1, 100, ErrorMessage = "The fallback order is a number from 1 to 100, or empty.")]
    public int? FallbackOrder { get; set; }

    public bool IsEnabled { get; set; } = true;

    /// <summary>Where it goes, as it is typed or stored; null for the provider's own address.</summary>
    internal string? Address => BaseUrl ?? ApiBase;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var provider = LlmProvider.Of(Type);
        if (LlmPlace.AddressOf(provider, Address) is { Fault: { } fault })
        {
            yield return new(fault, [BaseUrl is null && ApiBase is not null ? nameof(ApiBase) : nameof(BaseUrl)]);
        }

        if (Purpose == LlmPurpose.Embedding && provider.Dialect == LlmDialect.Anthropic)
        {
            yield return new("Anthropic has no embedding models. Choose another provider.", [nameof(Purpose)]);
        }

        if (Purpose == LlmPurpose.Embedding && FallbackOrder is not null)
        {
            yield return new("Only chat models have a fallback order.", [nameof(FallbackOrder)]);
        }
    }

    internal ModelForm Copy() => (ModelForm)MemberwiseClone();

    /// <summary>Everything but the key.</summary>
    internal void WriteTo(LlmConfig config)
    {
        (config.Type, config.Model, config.BaseUrl, config.ApiBase) = (Type, Model, BaseUrl, ApiBase);
        (config.Purpose, config.Dimension) = (Purpose, Purpose == LlmPurpose.Embedding ? Dimension : null);
        var isChat = Purpose == LlmPurpose.Chat;
        (config.HasTools, config.HasStructuredOutput) = (HasTools && isChat, HasStructuredOutput && isChat);
        (config.ApiVersion, config.LivesUntil, config.FallbackOrder, config.IsEnabled) = (ApiVersion, LivesUntil, FallbackOrder, IsEnabled);
    }
}
