using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>Something that whoever has just installed the console does first. It is ticked by what is there, not by a click.</summary>
/// <param name="Text">Why, in a sentence.</param>
/// <param name="Url">Where it is done.</param>
/// <param name="Policy">Who may do it. Nobody else is shown it.</param>
public sealed record FirstStep(string Title, string Text, string Url, bool IsDone, [property: JsonIgnore] string Policy)
{
    /// <summary>Not everybody needs it: the list is over without it.</summary>
    public bool IsOptional { get; init; }
}
