using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>The files of a Broca, as they are. Secrets are left out.</summary>
/// <param name="SettingsHash">Of settings.json as it was read; whoever changes it says it again.</param>
/// <param name="EnvHash">Of .env; null where there is none.</param>
/// <param name="Note">Why they can't be changed here; null where they can.</param>
public sealed record BrocaSettingsView(
    string Id,
    string Name,
    string SettingsHash,
    string? EnvHash,
    string? MessageMode,
    bool DebugMode,
    int? QueueRefresh,
    int? MaxRetries,
    IReadOnlyDictionary<string, bool> Plugins,
    IReadOnlyList<BrocaVariable> Variables,
    IReadOnlyList<BrocaProblem> Problems,
    string? Note
);

/// <summary>A variable of .env.</summary>
/// <param name="Value">Null where it is a secret, or not known to be none.</param>
public sealed record BrocaVariable(string Key, string? Value, bool IsSet)
{
    public bool IsSecret => IsSet && Value is null;
}

/// <summary>What is to be changed in the files of a Broca; what is null stays.</summary>
public sealed class BrocaSettingsForm
{
    /// <summary>As it was read; null changes whatever is there now.</summary>
    [TextLimit(Lengths.Name)]
    public string? SettingsHash { get; set; }

    [TextLimit(Lengths.Name)]
    public string? EnvHash { get; set; }

    [TextLimit(Lengths.Name)]
    [AllowedValues(null, "live", "listen", "echo", ErrorMessage = "Use live, listen or echo.")]
    public string? MessageMode { get; set; }
    public bool? DebugMode { get; set; }

    [Range(1, 300, ErrorMessage = "It must be a whole number from 1 to 300.")]
    public int? QueueRefresh { get; set; }

    [Range(0, 10, ErrorMessage = "It must be a whole number from 0 to 10.")]
    public int? MaxRetries { get; set; }

    /// <summary>Plugins by their names, and whether they are on.</summary>
    [TextLimit(Lengths.Name, MostEntries = 100)]
    public Dictionary<string, bool> Plugins { get; set; } = [];

    /// <summary>Variables of .env that are set; null takes one away.</summary>
    [TextLimit(Lengths.Line, MostEntries = 200)]
    public Dictionary<string, string?> Variables { get; set; } = [];
}
