namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>The Letta server refused a call, or answered with something that is not Letta's.</summary>
/// <param name="why">The end of a sentence that begins "…:", such as "the server answered 422: No such model."</param>
public class LettaCallException(string why, Exception? inner = null) : Exception(why, inner);
