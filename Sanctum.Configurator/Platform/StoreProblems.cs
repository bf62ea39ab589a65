using System.Collections.Concurrent;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// What is the matter with the console's own stores for as long as it is: shown above every page, and told by <c>/health/ready</c>.
/// </summary>
public sealed class StoreProblems
{
    /// <summary>The disk of the data folder has no room left.</summary>
    public const string Disk = "disk";

    /// <summary>The keys that open stored secrets are missing or broken.</summary>
    public const string Keys = "keys";

    private readonly ConcurrentDictionary<string, string> _all = new();

    /// <summary>Raised when there is another one, or one less. Handlers return at once.</summary>
    public event Action? Changed;

    /// <summary>The kinds, in order, each with a sentence for an operator.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All => [.. _all.OrderBy(trouble => trouble.Key, StringComparer.Ordinal)];

    /// <param name="sentence">What it is and what to do; null where it is over.</param>
    /// <returns>Whether that is news.</returns>
    public bool Set(string kind, string? sentence)
    {
        var was = _all.GetValueOrDefault(kind);
        if (was == sentence)
        {
            return false;
        }

        if (sentence is null)
        {
            _all.TryRemove(kind, out _);
        }
        else
        {
            _all[kind] = sentence;
        }

        Changed?.Invoke();
        return true;
    }
}
