namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>The keys of the advisory locks that consoles on one PostgreSQL take.</summary>
internal static class RegistryLock
{
    public const long ChainKey = 0x5A9C_0001;

    public const long MigrationKey = 0x5A9C_0002;

    public const long MonitorKey = 0x5A9C_0003;

    public const long McpKey = 0x5A9C_0004;

    public const long VectorKey = 0x5A9C_0005;

    /// <summary>With the id of the backup that is being made.</summary>
    public const int BackupKind = 0x5A9C_0001;

    /// <summary>With the number of the throw-away database.</summary>
    public const int ThrowAwayKind = 0x5A9C_0002;
}
