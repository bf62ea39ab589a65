namespace Sanctum.Configurator.Platform;

/// <summary>
/// The database's file is no longer where it was: what is written would be gone with the process. The message is for the operator.
/// </summary>
public sealed class DatabaseMovedException(string message) : IOException(message);
