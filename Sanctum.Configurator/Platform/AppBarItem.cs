namespace Sanctum.Configurator.Platform;

/// <summary>A component without required parameters that stands in the app bar of every page, such as a live state.</summary>
public sealed record AppBarItem(Type Component, int Order = 0);
