using System.Buffers.Text;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>What a signed token (JWT) says of itself. Whether it is genuine only the server knows.</summary>
/// <param name="Expires">Null where it does not say.</param>
internal sealed record TokenClaims(DateTimeOffset? Expires)
{
    /// <summary>Null for every other token.</summary>
    public static TokenClaims? Find(string? token)
    {
        if (token?.Split('.') is not [_, var payload, _] || !Base64Url.IsValid(payload))
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.ValueKind != JsonValueKind.Object ? null
                : claims.RootElement.TryGetProperty("exp", out var exp)
                && exp.ValueKind == JsonValueKind.Number
                && exp.TryGetDouble(out var seconds)
                && seconds >= 0
                && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                    ? new TokenClaims(DateTimeOffset.FromUnixTimeSeconds((long)seconds))
                : new TokenClaims(Expires: null);
        }
        catch (JsonException)
        {
            // Three parts with dots between them, and yet no JWT.
            return null;
        }
    }

    public static string Text(DateTimeOffset moment) => moment.ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
