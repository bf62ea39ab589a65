using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>What a message must be like to be taken, whichever way it comes.</summary>
internal static partial class IncomingRules
{
    private const int MostMetadata = 64 * 1024;
    private const int MostFiles = 50;

    /// <returns>Field → why it is refused.</returns>
    public static Dictionary<string, string> Check(IncomingMessage message)
    {
        var reasons = new Dictionary<string, string>();
        if (!Platform().IsMatch(message.Platform) || message.Platform.Length > LengthLimits.Platform)
        {
            reasons[nameof(message.Platform)] = "The platform must be 1 to 50 lower-case letters, digits, “-” or “_”, such as “telegram”.";
        }

        Require(reasons, nameof(message.PlatformUserId), message.PlatformUserId, "who wrote it", LengthLimits.Name);
        Limit(reasons, nameof(message.Username), message.Username, LengthLimits.Name);
        Limit(reasons, nameof(message.DisplayName), message.DisplayName, LengthLimits.Name);
        Limit(reasons, nameof(message.Chat), message.Chat, LengthLimits.Name, isId: true);
        Limit(reasons, nameof(message.ExternalId), message.ExternalId, LengthLimits.Name, isId: true);
        Limit(reasons, nameof(message.IdempotencyKey), message.IdempotencyKey, LengthLimits.SourceKey, isId: true);
        Require(reasons, nameof(message.Text), message.Text, "what was written", LengthLimits.Message);
        if (message.Metadata is { } metadata && (metadata.Length > MostMetadata || JsonText.FindObject(metadata) is null))
        {
            reasons[nameof(message.Metadata)] = "The metadata must be a JSON object of at most 65,536 characters.";
        }

        if (message.Attachments.Count > MostFiles)
        {
            reasons[nameof(message.Attachments)] = "A message has at most 50 attachments.";
        }

        return reasons;
    }

    private static void Require(Dictionary<string, string> reasons, string field, string? value, string what, int most)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            reasons[field] = $"The field is required: {what}.";
        }
        else
        {
            Limit(reasons, field, value, most, isId: field == nameof(IncomingMessage.PlatformUserId));
        }
    }

    private static void Limit(Dictionary<string, string> reasons, string field, string? value, int most, bool isId = false)
    {
        if (value?.Length > most)
        {
            reasons[field] = $"At most {most:N0} characters are taken; these are {value.Length:N0}.";
        }
        else if (value?.Contains('\0', StringComparison.Ordinal) == true)
        {
            reasons[field] = "The character NUL can't be kept. Remove it.";
        }
        else if (isId && value is not null && WholeText.Of(value) != value)
        {
            reasons[field] = "Half of a character is in it (a lone surrogate). Send it whole: it is an id, and is not mended.";
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Platform();
}
