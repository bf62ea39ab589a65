using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sanctum.Configurator.Features.Messaging.Channels.Webhook;

/// <summary>
/// Signatures as the specification Standard Webhooks has them: the HMAC-SHA256 of id, time and body with a dot between, in base64 behind
/// <c>v1,</c>. A receiver knows who wrote a message, that it is not an old one, and by its id whether it had come before.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimeHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How old, and how far ahead of this clock, a message may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Prefix = "whsec_";
    private const string Version = "v1,";
    private const int LeastBytes = 24;
    private const int MostBytes = 64;
    private const int LongestId = 200;

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is wrong with a secret, in a sentence; null where nothing is.</summary>
    public static string? FaultOf(string secret) =>
        KeyOf(secret) is { Length: >= LeastBytes and <= MostBytes }
            ? null
            : "Enter whsec_ and 24 to 64 bytes in base64, or generate a secret.";

    public static string Sign(string secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] signed =
        [
            .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")),
            .. body,
        ];
        return Version + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret)!, signed));
    }

    /// <summary>Why a message is not believed, in a sentence; null where it is. Several signatures may stand with blanks between.</summary>
    public static string? FaultOf(string? secret, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var (id, time, signatures) = (headers[IdHeader].ToString(), headers[TimeHeader].ToString(), headers[SignatureHeader].ToString());
        if (id.Length is 0 or > LongestId || time.Length == 0 || signatures.Length == 0)
        {
            return $"Send the headers {IdHeader}, {TimeHeader} and {SignatureHeader}, as Standard Webhooks has them.";
        }

        if (
            !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || (now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance
        )
        {
            return $"The {TimeHeader} is not within {Tolerance.TotalMinutes:0} minutes of this console's clock. Sign each attempt anew, and check both clocks.";
        }

        if (secret is null || KeyOf(secret) is null)
        {
            return NotRight;
        }

        var right = Encoding.ASCII.GetBytes(Sign(secret, id, DateTimeOffset.FromUnixTimeSeconds(seconds), body));
        var isRight = false;
        foreach (var signature in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            isRight |= CryptographicOperations.FixedTimeEquals(right, Encoding.UTF8.GetBytes(signature));
        }

        return isRight ? null : NotRight;
    }

    internal const string NotRight = "The signature is not right. Check the secret on both sides, and sign the body exactly as it is sent.";

    private static byte[]? KeyOf(string secret)
    {
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        return text.Length > 0 && Base64.IsValid(text) ? Convert.FromBase64String(text) : null;
    }
}
