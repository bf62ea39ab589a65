namespace Sanctum.Configurator.Platform;

/// <summary>
/// The console can't start with what it was given: a setting, a folder, a database. The message is for the operator and names the one to
/// change.
/// </summary>
public sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
