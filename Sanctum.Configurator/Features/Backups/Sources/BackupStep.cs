namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>What is being done with a backup, and how many bytes of how many; 0 of 0 where nobody knows.</summary>
public readonly record struct BackupStep(string What, long Done = 0, long Total = 0);
