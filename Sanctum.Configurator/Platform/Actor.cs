namespace Sanctum.Configurator.Platform;

/// <summary>Who acts, and from where: what every row of the change history names.</summary>
/// <param name="Name">The user's name, "key NAME" for an API key, or the worker's name.</param>
/// <param name="Place">Network address, "command line" or "console".</param>
/// <param name="UserId">The user's id where a user acts, himself or by a key.</param>
public sealed record Actor(string Name, string Place, int? UserId = null)
{
    /// <summary>The console itself, when nobody asked it.</summary>
    public static readonly Actor Console = new("console", "console") { AnswersAs = Answerable.Console };

    /// <summary>Somebody with a shell on the machine, who has the registry anyway.</summary>
    public static readonly Actor CommandLine = new("command line", "command line") { AnswersAs = Answerable.Console };

    /// <summary>With whose rights goes on what this actor leaves behind, such as a job; null for nobody's.</summary>
    public string? AnswersAs { get; init; } = UserId is { } user ? Answerable.User(user) : null;

    /// <summary>The same, by way of the Model Context Protocol: an agent, that is.</summary>
    public Actor ByMcp() => this with { Name = $"{Name} by MCP" };

    /// <summary>The name under which changes of other programs are recorded.</summary>
    public const string OutsideName = "outside";
}

/// <summary>Whoever answers for what goes on without him: a user or a key by his rights of that moment, or the console by all.</summary>
public static class Answerable
{
    public const string Console = "console";

    private const string UserMark = "user:",
        KeyMark = "key:";

    public static string User(int id) => string.Create(CultureInfo.InvariantCulture, $"{UserMark}{id}");

    public static string Key(int id) => string.Create(CultureInfo.InvariantCulture, $"{KeyMark}{id}");

    public static int? UserIn(string? answerable) => IdIn(answerable, UserMark);

    public static int? KeyIn(string? answerable) => IdIn(answerable, KeyMark);

    private static int? IdIn(string? answerable, string mark) =>
        answerable?.StartsWith(mark, StringComparison.Ordinal) == true
        && int.TryParse(answerable.AsSpan(mark.Length), CultureInfo.InvariantCulture, out var id)
            ? id
            : null;
}
