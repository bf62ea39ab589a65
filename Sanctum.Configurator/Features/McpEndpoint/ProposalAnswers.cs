using Sanctum.Configurator.Features.Proposals;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>Proposals as their agent reads them.</summary>
internal static class ProposalAnswers
{
    public static JsonObject Of(ProposalView view)
    {
        var said = Of(view.Proposal);
        said["difference"] = view.Difference?.DeepClone();
        if (view.Said is { } words)
        {
            said["answer"] = words;
        }

        said["hint"] = view.Proposal.State switch
        {
            ProposalState.Pending =>
                $"Nothing has changed yet. A person decides in the console. Ask for the state with {ConsoleTools.Status}; don't propose it again.",
            ProposalState.Approved => "It was approved and done.",
            ProposalState.Rejected => "It was rejected. Don't propose the same again.",
            ProposalState.Failed => "It was approved but not done. Read what is there now before you propose again.",
            _ => "Nobody decided in time. Propose it again if it still helps.",
        };
        return said;
    }

    public static JsonObject Of(IReadOnlyList<ProposalRow> rows) => new() { ["proposals"] = new JsonArray([.. rows.Select(Of)]) };

    private static JsonObject Of(ProposalRow row) =>
        new()
        {
            ["id"] = row.Id,
            ["operation"] = row.Title,
            ["state"] = EnumText<ProposalState>.Of(row.State),
            ["reason"] = row.Reason,
            ["created_at"] = TextOf(row.CreatedAt),
            ["expires_at"] = TextOf(row.ExpiresAt),
            ["decided_by"] = row.DecidedBy,
            ["decided_at"] = row.DecidedAt is { } at ? TextOf(at) : null,
        };

    private static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
