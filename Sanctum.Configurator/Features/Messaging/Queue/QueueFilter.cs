using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Which entries of the queue are meant; what is null leaves them all.</summary>
/// <param name="PersonId">With those who were merged into them.</param>
/// <param name="Cause">As <see cref="Causes.Of"/> makes it; without a status, what is failed or poison of it.</param>
/// <param name="Search">In what was written.</param>
public sealed record QueueFilter(
    QueueStatus? Status = null,
    int? AgentId = null,
    [property: TextLimit(LengthLimits.Platform)] string? Platform = null,
    int? PersonId = null,
    [property: TextLimit(LengthLimits.Cause)] string? Cause = null,
    [property: TextLimit(LengthLimits.Name)] string? Search = null
)
{
    /// <summary>In a sentence, for whoever reads later what was chosen.</summary>
    public string InWords()
    {
        string?[] parts =
        [
            Status is { } status ? $"status {QueueLabels.Of(status)}" : null,
            AgentId is { } agent ? $"agent {agent}" : null,
            Platform is { } platform ? $"platform {platform}" : null,
            PersonId is { } person ? $"person {person}" : null,
            Cause is { } cause ? $"cause “{cause}”" : null,
            Search is { } search ? $"text “{search}”" : null,
        ];
        var named = parts.OfType<string>().ToList();
        return named.Count == 0 ? "all entries" : string.Join(", ", named);
    }

    internal IQueryable<QueueEntry> In(RegistryDbContext registry)
    {
        var found = registry.Queue.AsNoTracking();
        found = Status is { } status ? found.Where(e => e.Status == status) : found;
        found = AgentId is { } agent ? found.Where(e => e.AgentId == agent) : found;
        found = WholeText.OrNull(Platform) is { Length: > 0 } platform ? found.Where(e => e.Platform == platform) : found;
        found = WholeText.OrNull(Cause) is { Length: > 0 } cause ? found.Where(e => e.Cause == cause) : found;
        found =
            Cause is { Length: > 0 } && Status is null
                ? found.Where(e => e.Status == QueueStatus.Failed || e.Status == QueueStatus.Poison)
                : found;
        found = PersonId is { } person
            ? found.Where(e => registry.LettaUsers.Any(u => u.Id == e.LettaUserId && (u.Id == person || u.MergedInto == person)))
            : found;
        if (WholeText.OrNull(Search)?.Trim() is { Length: > 0 } search)
        {
            var pattern = $"%{Escape(search)}%";
            found = registry.Database.ProviderName!.Contains("Npgsql", StringComparison.Ordinal)
                ? found.Where(e => registry.Messages.Any(m => m.Id == e.MessageId && EF.Functions.ILike(m.Text!, pattern, "\\")))
                : found.Where(e => registry.Messages.Any(m => m.Id == e.MessageId && EF.Functions.Like(m.Text!, pattern, "\\")));
        }

        return found;
    }

    private static string Escape(string search) =>
        search
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
