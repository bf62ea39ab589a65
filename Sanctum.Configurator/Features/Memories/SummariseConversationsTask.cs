using Sanctum.Configurator.Features.Memories.Extraction;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>Has conversations summarised in which nobody said anything for a day.</summary>
internal sealed class SummariseConversationsTask(IdleConversations idle) : IBuiltInTask
{
    public const string Act = "summarise_conversations";

    public static readonly DefaultSchedule Schedule = new(
        Act,
        "Summarise conversations",
        "Has conversations summarised for long-term memory that have been idle for a day.",
        "40 * * * *"
    )
    {
        CatchesUp = true,
        IsHousekeeping = true,
        TimeoutSeconds = 300,
    };

    public string Name => Act;

    public string Description => "Has conversations summarised for long-term memory that have been idle for a day.";

    public string Policy => Policies.WriteSettings;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        var count = await idle.EnqueueAsync(cancel);
        return new Outcome<string>.Ok(string.Create(CultureInfo.InvariantCulture, $"{count} conversations are to be summarised."));
    }
}
