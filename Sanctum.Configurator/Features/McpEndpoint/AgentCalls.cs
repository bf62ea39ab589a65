using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Features.McpEndpoint.Operations;
using Sanctum.Configurator.Features.Proposals;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>
/// What an agent does with operations of the API: reads at once; writes as its key says: not at all, as a proposal, or at once. Each call goes
/// through the API itself, as the agent's key, and the history says that it came by MCP.
/// </summary>
internal sealed class AgentCalls(InnerApi api, OperationCatalog catalog, ProposalService proposals, CurrentUser caller)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public McpWrites Writes => caller.Principal.McpWrites();

    private InnerCaller Agent => new(caller.Principal, caller.Actor.ByMcp());

    /// <summary>The operations that the key may call.</summary>
    public async Task<IReadOnlyList<ApiOperation>> OperationsAsync()
    {
        var granted = caller.Permissions;
        return
        [
            .. (await catalog.ReadAsync()).Values.Where(operation =>
                operation.Permissions.All(granted.Contains) && (operation.IsRead || Writes != McpWrites.None)
            ),
        ];
    }

    /// <exception cref="ToolRefusedException">There is no such operation, or not for this key.</exception>
    public async Task<ApiOperation> FindAsync(string? name)
    {
        var all = await catalog.ReadAsync();
        if (name is null || !all.TryGetValue(name, out var operation))
        {
            var near = name is null ? null : NearestName.Find(name, all.Keys);
            throw new ToolRefusedException(
                $"There is no such operation. {(near is null ? "Search for one with find_operations." : $"Did you mean {near}?")}"
            );
        }

        if (!operation.IsRead && Writes == McpWrites.None)
        {
            throw new ToolRefusedException(
                $"This key only reads, and {name} changes something. Its owner can let it propose changes, on the page API keys of the console."
            );
        }

        return operation.Permissions.FirstOrDefault(needed => !caller.Permissions.Contains(needed)) is { } missing
            ? throw new ToolRefusedException($"This key may not call {name}: it lacks the permission {missing}.")
            : operation;
    }

    public async Task<CallToolResult> ReadAsync(ApiOperation operation, JsonObject arguments, CancellationToken cancel) =>
        operation.IsRead
            ? ToolAnswer.Of(await SendAsync(OperationCalls.Of(operation, arguments), cancel))
            : throw new ToolRefusedException(
                $"{operation.Name} changes something. Call {(Writes == McpWrites.Allowed ? ConsoleTools.Change : ConsoleTools.Propose)} for it."
            );

    /// <summary>Tries it first where that is all that is wanted.</summary>
    public async Task<CallToolResult> ChangeAsync(ApiOperation operation, JsonObject arguments, bool isTried, CancellationToken cancel)
    {
        if (Writes != McpWrites.Allowed)
        {
            throw new ToolRefusedException($"This key may only propose changes: call {ConsoleTools.Propose}.");
        }

        var call = OperationCalls.Of(operation, arguments);
        return isTried && !operation.OffersTrial
            ? throw new ToolRefusedException($"{operation.Name} has no dry run.")
            : ToolAnswer.Of(await SendAsync(isTried ? call.Tried() : call, cancel));
    }

    public async Task<CallToolResult> ProposeAsync(ApiOperation operation, JsonObject arguments, string? reason, CancellationToken cancel)
    {
        var call = OperationCalls.Of(operation, arguments);
        if (!operation.OffersTrial)
        {
            throw new ToolRefusedException(
                $"{operation.Name} can't be proposed: it acts outside of the registry and has no dry run, so nobody could see what would change. "
                    + "Ask a person to do it in the console."
            );
        }

        var outcome = await WithinAsync(
            limit => proposals.ProposeAsync(new(operation.Name, operation.Does, call, operation.TakesVersion, reason ?? ""), Agent, limit),
            cancel
        );
        return outcome is Outcome<ProposalView>.Ok proposed
            ? ToolAnswer.Of(ProposalAnswers.Of(proposed.Value))
            : ToolAnswer.Refused(outcome.ProblemWith("What is to be changed") ?? "");
    }

    public async Task<CallToolResult> StatusAsync(int? id, CancellationToken cancel) =>
        id is null ? ToolAnswer.Of(ProposalAnswers.Of(await proposals.OfKeyAsync(cancel)))
        : await proposals.OfKeyAsync(id.Value, cancel) is { } proposal ? ToolAnswer.Of(ProposalAnswers.Of(proposal))
        : ToolAnswer.Refused($"This key has made no proposal {id}.");

    public Task<InnerAnswer> SendAsync(InnerCall call, CancellationToken cancel) =>
        WithinAsync(limit => api.SendAsync(call, Agent, limit), cancel);

    private static async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            return await act(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ToolRefusedException(
                $"The console did not answer within {Patience.TotalSeconds:0} seconds. What was begun may have been done: look before you repeat it."
            );
        }
    }
}
