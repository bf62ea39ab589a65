namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>The Letta server refused a call, or answered with something that is not Letta's.</summary>
/// <param name="why">The end of a sentence that begins "…:", such as "the server answered 422: No such model."</param>
public class LettaCallException(string why, Exception? inner = null) : Exception(why, inner)
{
    /// <summary>The agent does something else, or waits for an approval: later the same call may go well.</summary>
    public bool IsBusy { get; init; }
}
