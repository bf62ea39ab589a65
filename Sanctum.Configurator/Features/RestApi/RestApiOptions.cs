using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>How much a call under /rest/v1 may ask for.</summary>
internal sealed class RestApiOptions
{
    public const string Section = "RestApi";

    /// <summary>Rows of an answer, and of each embedded resource in a row.</summary>
    [Range(1, 100_000)]
    public int MostRows { get; set; } = 1000;

    /// <summary>Rows that one call writes.</summary>
    [Range(1, 100_000)]
    public int MostWritten { get; set; } = 5000;

    /// <summary>Bytes of an answer.</summary>
    [Range(10_000, 1_000_000_000)]
    public int MostBytes { get; set; } = 50_000_000;

    /// <summary>Bytes of what is sent.</summary>
    [Range(1_000, 1_000_000_000)]
    public int MostBodyBytes { get; set; } = 4_000_000;

    /// <summary>Seconds that a statement may take.</summary>
    [Range(1, 600)]
    public int StatementSeconds { get; set; } = 5;
}
