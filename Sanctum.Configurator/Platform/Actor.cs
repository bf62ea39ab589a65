namespace Sanctum.Configurator.Platform;

/// <summary>Who acts, and from where: what every row of the change history names.</summary>
/// <param name="Name">The user's name, "key NAME" for an API key, or the worker's name.</param>
/// <param name="Place">Network address, "command line" or "console".</param>
/// <param name="UserId">The user's id where a user acts, himself or by a key.</param>
public sealed record Actor(string Name, string Place, int? UserId = null)
{
    /// <summary>The console itself, when nobody asked it.</summary>
    public static readonly Actor Console = new("console", "console");

    /// <summary>Somebody with a shell on the machine.</summary>
    public static readonly Actor CommandLine = new("command line", "command line");

    /// <summary>The name under which changes of other programs are recorded.</summary>
    public const string OutsideName = "outside";
}

/// <summary>The actor of the current scope: one request, one circuit, one tick of a worker.</summary>
public sealed class CurrentActor
{
    public Actor Value { get; set; } = Actor.Console;
}
