namespace Sanctum.Configurator.Platform;

/// <summary>How something that was run ended.</summary>
/// <param name="IsDone">It did what it was asked for.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Output">What came back; null for nothing.</param>
public sealed record ActEnd(bool IsDone, string Message, string? Output = null);
