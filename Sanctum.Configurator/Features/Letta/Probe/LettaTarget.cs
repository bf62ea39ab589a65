using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>A Letta server to test. The token is kept out of <see cref="object.ToString"/> and of JSON.</summary>
/// <param name="BaseAddress">As <see cref="LettaAddress"/> makes it: http or https, ending with a slash.</param>
/// <param name="Timeout">Covers the whole test, whichever step it is spent in.</param>
/// <param name="Kind">The kind that must answer; null where the test finds it out.</param>
public sealed record LettaTarget(Uri BaseAddress, [property: JsonIgnore] string? Token, TimeSpan Timeout, LettaKind? Kind = null)
{
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(BaseAddress)} = {BaseAddress.GetLeftPart(UriPartial.Authority)}, {nameof(Timeout)} = {Timeout}");
        return true;
    }
}
