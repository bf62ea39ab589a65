namespace Sanctum.Configurator.Platform.Requests;

/// <summary>An address names something that what it is about does not have.</summary>
/// <param name="name">The name in the address.</param>
/// <param name="problem">What is wrong with its value, in a sentence.</param>
public sealed class BadQueryException(string name, string problem) : BadHttpRequestException($"{name}: {problem}")
{
    public string Name => name;

    public string Problem => problem;

    /// <summary>A word that is none of those that are allowed.</summary>
    public static BadQueryException Word(string name, IEnumerable<string> allowed) =>
        new(name, $"Unknown {name}. Allowed: {string.Join(", ", allowed)}.");

    /// <summary>An order that a list does not have.</summary>
    public static BadQueryException Sort(string sort, IEnumerable<string> known) =>
        new("sort", $"Can't sort by \"{sort}\". Allowed: {string.Join(", ", known)}.");
}
