using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>Of this console's conversations.</summary>
internal sealed class ConversationOptions
{
    public const string Section = "Conversations";

    /// <summary>Answers that one console makes at a time.</summary>
    [Range(1, 1000)]
    public int MostAtOnce { get; set; } = 64;

    /// <summary>
    /// Seconds after which an answer that a console does not make any more is taken over by others. The same for all consoles of a
    /// registry.
    /// </summary>
    [Range(5, 3600)]
    public int LeaseSeconds { get; set; } = 15;

    /// <summary>Minutes that one answer may take.</summary>
    [Range(1, 24 * 60)]
    public int MostMinutes { get; set; } = 30;

    /// <summary>Characters of one answer; it is stopped there.</summary>
    [Range(1_000, 16_777_216)]
    public int MostCharacters { get; set; } = 12_000_000;

    /// <summary>Hours that a temporary conversation is kept after the last message.</summary>
    [Range(1, 24 * 30)]
    public int TemporaryHours { get; set; } = 24;

    /// <summary>What every model is told before each conversation, such as coding guidelines; empty for nothing.</summary>
    [StringLength(20_000)]
    public string Guidelines { get; set; } = "";
}
