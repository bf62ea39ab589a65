using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Which entries an act is asked for, and what is wrong with what is asked.</summary>
internal static class QueueActChoice
{
    /// <summary>Field and sentence; null where the act can begin.</summary>
    public static async Task<(string Field, string Reason)?> FaultAsync(
        RegistryDbContext registry,
        QueueActForm form,
        CancellationToken cancel
    ) =>
        Fault(form)
        ?? (
            form.Kind == QueueActKind.Move && !await registry.Agents.AnyAsync(a => a.Id == form.AgentId, cancel)
                ? (nameof(form.AgentId), "Unknown agent. Choose another one.")
                : null
        );

    /// <summary>All that are named, whatever became of them.</summary>
    public static IQueryable<QueueEntry> Named(RegistryDbContext registry, QueueActForm form) =>
        form.Filter is { } filter ? filter.In(registry) : registry.Queue.AsNoTracking().Where(e => form.Ids!.Contains(e.Id));

    /// <summary>Those of them that the act has something to do with.</summary>
    public static IQueryable<QueueEntry> Of(RegistryDbContext registry, QueueActForm form)
    {
        var from = QueueActRunner.From(form.Kind!.Value);
        return Named(registry, form).Where(e => from.Contains(e.Status));
    }

    /// <summary>What is chosen, in a sentence.</summary>
    public static string InWords(QueueActForm form)
    {
        var words = form.Filter?.InWords() ?? (form.Ids!.Count == 1 ? $"entry {form.Ids[0]}" : $"{form.Ids.Count} entries");
        return words.Length <= 500 ? words : $"{words[..499]}…";
    }

    public static string NothingFor(QueueActKind kind) =>
        kind switch
        {
            QueueActKind.Retry or QueueActKind.Edit =>
                "None of these messages can be retried. Only failed, poison, cancelled and flushed messages can.",
            QueueActKind.Cancel => "None of these messages can be cancelled. Only pending, processing, failed and poison messages can.",
            _ => "None of these messages is pending any more.",
        };

    private static (string, string)? Fault(QueueActForm form) =>
        form.Kind is null ? (nameof(form.Kind), "Enter a kind. Allowed: retry, edit, cancel, flush, move.")
        : form.Ids is null == form.Filter is null ? (nameof(form.Ids), "Enter ids or a filter: one of the two.")
        : form.Ids is { Count: 0 } ? (nameof(form.Ids), "Enter at least one id.")
        : form.Kind == QueueActKind.Move && form.AgentId is null ? (nameof(form.AgentId), "Choose an agent.")
        : form.Kind == QueueActKind.Edit && form.Ids is not { Count: 1 } ? (nameof(form.Ids), "One message at a time can be edited.")
        : form.Kind == QueueActKind.Edit && string.IsNullOrWhiteSpace(form.Text) ? (nameof(form.Text), "The text is required.")
        : form.Text?.Length > LengthLimits.Message ? (nameof(form.Text), $"At most {LengthLimits.Message:N0} characters are taken.")
        : form.InStages && form.Kind != QueueActKind.Retry ? (nameof(form.InStages), "Only a retry goes in stages.")
        : null;
}
