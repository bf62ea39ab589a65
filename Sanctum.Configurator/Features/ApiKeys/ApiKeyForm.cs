using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>A key that is wanted.</summary>
public sealed class ApiKeyForm
{
    [Required(ErrorMessage = "Enter the name of the program that uses this key.")]
    [StringLength(100, ErrorMessage = "A key's name has at most 100 characters.")]
    public string Name { get; set; } = "";

    /// <summary>The permissions of the key, at most those of the person who makes it.</summary>
    [TextLimit(Lengths.Name)]
    public IList<string> Scopes { get; set; } = [];

    /// <summary>When the key stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>What an agent that calls with it may change: nothing, what a person approves, or, where an administrator says so, all at once.</summary>
    public McpWrites McpWrites { get; set; }
}

/// <summary>What of a key can be changed afterwards.</summary>
public sealed class ApiKeyChange
{
    public McpWrites McpWrites { get; set; }
}

/// <summary>A key as it is listed: never the key itself.</summary>
public sealed record ApiKeyRow(
    int Id,
    string Name,
    string Prefix,
    IReadOnlyList<string> Scopes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset CreatedAt,
    McpWrites McpWrites
);

/// <summary>A key just made. <paramref name="Key"/> is shown this once.</summary>
public sealed record MadeApiKey(string Key, ApiKeyRow Row);
