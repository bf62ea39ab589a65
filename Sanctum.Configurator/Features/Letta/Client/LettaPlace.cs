namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>Where a Letta server is, and what opens it. The token is kept out of <see cref="object.ToString"/>.</summary>
/// <param name="BaseAddress">http or https, ending with a slash.</param>
/// <param name="Patience">How long one call may take.</param>
public sealed record LettaPlace(Uri BaseAddress, string? Token, TimeSpan Patience)
{
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(BaseAddress)} = {BaseAddress.GetLeftPart(UriPartial.Authority)}");
        return true;
    }
}
