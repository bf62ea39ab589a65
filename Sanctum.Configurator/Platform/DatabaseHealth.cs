namespace Sanctum.Configurator.Platform;

/// <summary>Whether the database answers this console, as whoever follows its history finds out.</summary>
public sealed class DatabaseHealth(TimeProvider clock, string lookAt)
{
    /// <summary>What an operator looks at where it stays silent, such as <c>the disk of its data folder</c>.</summary>
    public string LookAt => lookAt;

    /// <summary>Raised when it has stopped answering, or answers again. Handlers return at once.</summary>
    public event Action? Changed;

    /// <summary>When it was first found not to answer; null while it does.</summary>
    public DateTimeOffset? SilentSince { get; private set; }

    /// <summary>What is the matter, where more is known than that it does not answer.</summary>
    public string? Problem { get; private set; }

    /// <summary>Takes in whether it has just answered. One caller at a time.</summary>
    /// <returns>Whether that is news.</returns>
    internal bool Take(bool hasAnswered, string? problem = null)
    {
        Problem = problem;
        if (hasAnswered == SilentSince is null)
        {
            return false;
        }

        SilentSince = hasAnswered ? null : clock.GetUtcNow();
        Changed?.Invoke();
        return true;
    }
}
