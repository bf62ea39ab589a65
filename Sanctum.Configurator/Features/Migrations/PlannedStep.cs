namespace Sanctum.Configurator.Features.Migrations;

/// <summary>A step back that is taken when this console has stopped: while it runs it needs the schema as it is.</summary>
public sealed class PlannedStep
{
    private volatile string? _from;

    /// <summary>The migration that is to be taken back; null for none.</summary>
    public string? From
    {
        get => _from;
        internal set => _from = value;
    }
}
