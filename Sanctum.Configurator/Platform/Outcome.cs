namespace Sanctum.Configurator.Platform;

/// <summary>The four ways a write asked for by a person or a program can end. Everything else is an exception.</summary>
/// <typeparam name="T">What the caller sees of the thing that was written.</typeparam>
public abstract record Outcome<T>
{
    private Outcome() { }

    /// <summary>Why nothing was written, as a sentence for the person who asked; null where it was.</summary>
    /// <param name="name">What the thing is called.</param>
    public string? ProblemWith(string name) =>
        this switch
        {
            Invalid invalid => invalid.Reasons.Values.First(),
            NotFound => $"{name} no longer exists.",
            Conflict => $"Somebody else changed {name} in the meantime. Review the current state and try again.",
            _ => null,
        };

    /// <summary>Written and durable.</summary>
    public sealed record Ok(T Value) : Outcome<T>;

    /// <summary>What was to be changed is no longer there.</summary>
    public sealed record NotFound : Outcome<T>;

    /// <summary>Somebody else changed it meanwhile; nothing was written.</summary>
    /// <param name="Current">The thing as it is now.</param>
    public sealed record Conflict(T Current) : Outcome<T>;

    /// <summary>A rule was broken; nothing was written.</summary>
    /// <param name="Reasons">Field name (or "" for the whole) → a sentence for the person who asked.</param>
    public sealed record Invalid(IReadOnlyDictionary<string, string> Reasons) : Outcome<T>
    {
        public Invalid(string field, string reason)
            : this(new Dictionary<string, string> { [field] = reason }) { }
    }
}
