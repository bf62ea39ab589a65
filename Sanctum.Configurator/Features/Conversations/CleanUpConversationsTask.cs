using Sanctum.Configurator.Features.Conversations.Answering;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>Deletes temporary conversations whose time is over, and what is kept of answers that have ended.</summary>
internal sealed class CleanUpConversationsTask(ConversationRetention retention) : IBuiltInTask
{
    public const string Act = "clean_up_conversations";

    public static readonly DefaultSchedule Schedule = new(
        Act,
        "Clean up conversations",
        "Deletes temporary conversations whose time is over.",
        "20 * * * *"
    )
    {
        CatchesUp = true,
        IsHousekeeping = true,
        TimeoutSeconds = 900,
    };

    public string Name => Act;

    public string Description => "Deletes temporary conversations whose time is over.";

    public string Policy => Policies.WriteSettings;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        var deleted = await retention.CleanUpAsync(cancel);
        return new Outcome<string>.Ok(string.Create(CultureInfo.InvariantCulture, $"{deleted} temporary conversations were deleted."));
    }
}
