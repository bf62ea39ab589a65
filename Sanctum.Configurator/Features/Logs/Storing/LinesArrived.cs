namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>Lines may have come in, by whomever.</summary>
public sealed record LinesArrived;
