namespace Sanctum.Configurator.Platform.Files;

/// <summary>
/// A path that an operator named leads to what the console does not open. The message is for him: a sentence about the file, called "it".
/// </summary>
public sealed class PathRefusedException(string message) : IOException(message);
