using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Has one answer made, and comes back within its time. It does not throw: what goes wrong is how it ended. Nobody has to look on.
/// </summary>
internal sealed partial class AnswerWork(
    IServiceScopeFactory scopes,
    PieceGroups groups,
    IOptions<ConversationOptions> options,
    TimeProvider clock,
    ILogger<AnswerWork> log
)
{
    public async Task<RunEnd> RunAsync(ClaimedRun claimed, LiveRun live)
    {
        using var limit = clock.CreateTimer(
            _ => live.Stop(RunStop.TimedOut),
            null,
            TimeSpan.FromMinutes(options.Value.MostMinutes),
            Timeout.InfiniteTimeSpan
        );
        try
        {
            return await Task.Run(() => WorkAsync(claimed.Run, live), CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(e, claimed.Run.Id);
            return new(
                ConversationMessageState.CutOff,
                $"An unexpected error occurred in the console: {e.GetType().Name}. See the console's log for details, then ask again."
            );
        }
    }

    private async Task<RunEnd> WorkAsync(ConversationRun run, LiveRun live)
    {
        await using var scope = scopes.CreateAsyncScope();
        var registries = scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>();
        RunInput? input;
        await using (var registry = await registries.CreateDbContextAsync(CancellationToken.None))
        {
            var limits = await scope.ServiceProvider.GetRequiredService<MemorySettingsService>().ReadAsync(CancellationToken.None);
            var said = scope.ServiceProvider.GetRequiredService<ShortTermMemory>();
            input = await RunInput.ReadAsync(registry, run, said, limits.ShortTermMessages, CancellationToken.None);
        }

        if (input is null)
        {
            // The conversation was deleted.
            return new(ConversationMessageState.Stopped) { Answer = new() };
        }

        if (input.Problem is { } problem)
        {
            return new(ConversationMessageState.Failed, problem);
        }

        var making = new Making(new(input.Message), new(groups, run, live, clock, log, input.Pieces), input.AgentName);
        var writing = making.Writer.WriteAllAsync();
        RunEnd end;
        try
        {
            end = await MakeAsync(run, input, making, scope.ServiceProvider, live);
        }
        finally
        {
            making.Writer.Complete();
            await writing;
        }

        return end with
        {
            Answer = making.Answer,
            Model = making.By,
            InputTokens = making.InputTokens,
            OutputTokens = making.OutputTokens,
        };
    }

    private async Task<RunEnd> MakeAsync(ConversationRun run, RunInput input, Making making, IServiceProvider services, LiveRun live)
    {
        var parts = input.Agent is { } agent
            ? services.GetRequiredService<AgentAnswers>().AnswerAsync(run, input.Conversation, input.Question, agent, live.Stopped)
            : services.GetRequiredService<ModelAnswers>().AskAsync(run, input.Conversation, input.Said, live.Stopped);
        try
        {
            await foreach (var part in parts.WithCancellation(live.Stopped))
            {
                if (making.Add(part, run) is { } end)
                {
                    return end;
                }

                if (making.Answer.Length > options.Value.MostCharacters)
                {
                    return new(
                        ConversationMessageState.CutOff,
                        $"It is longer than {options.Value.MostCharacters:N0} characters, and was stopped. An administrator can raise Conversations:MostCharacters."
                    );
                }
            }

            return making.Answer.IsEmpty
                ? new(ConversationMessageState.Failed, "The model ended its answer without a word. Ask again.")
                : new(ConversationMessageState.Complete);
        }
        catch (OperationCanceledException) when (live.Stopped.IsCancellationRequested)
        {
            return await StoppedAsync(run, input, services, live);
        }
        catch (LlmCallException e)
        {
            return new(ConversationMessageState.CutOff, $"{e.Message} {e.Hint}".Trim());
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, live.Stopped) is { } why)
        {
            LogBroke(e, run.Id);
            return new(ConversationMessageState.CutOff, LettaFailures.Advised(char.ToUpperInvariant(why[0]) + why[1..]));
        }
    }

    private async Task<RunEnd> StoppedAsync(ConversationRun run, RunInput input, IServiceProvider services, LiveRun live)
    {
        if (live.Why is RunStop.Asked or RunStop.TimedOut && input.Agent is { } agent)
        {
            await CancelAtLettaAsync(run, agent, services.GetRequiredService<AgentAnswers>());
        }

        return live.Why switch
        {
            RunStop.TimedOut => new(
                ConversationMessageState.CutOff,
                $"It was not done within {options.Value.MostMinutes} minutes, and was stopped. An administrator can raise Conversations:MostMinutes."
            ),
            RunStop.Asked => new(ConversationMessageState.Stopped),
            _ => new(ConversationMessageState.CutOff, "The console was stopped meanwhile. It is kept as far as it came.")
            {
                IsHandedOver = input.Agent is not null,
            },
        };
    }

    private async Task CancelAtLettaAsync(ConversationRun run, string agent, AgentAnswers agents)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
        try
        {
            await agents.CancelAsync(run.ConversationId, agent, patience.Token);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is not null || e is OperationCanceledException)
        {
            LogBroke(e, run.Id);
        }
    }

    [LoggerMessage(LogLevel.Error, "The answer of run {RunId} failed with an unexpected error")]
    private partial void LogFailed(Exception exception, int runId);

    [LoggerMessage(LogLevel.Warning, "The call of Letta for run {RunId} broke off")]
    private partial void LogBroke(Exception exception, int runId);

    /// <summary>One answer while it is made.</summary>
    private sealed class Making(AnswerSoFar answer, PieceWriter writer, string? by)
    {
        public AnswerSoFar Answer => answer;

        public PieceWriter Writer => writer;

        public string? By { get; private set; } = by;

        public int? InputTokens { get; private set; }

        public int? OutputTokens { get; private set; }

        /// <returns>How it ended; null where it goes on.</returns>
        public RunEnd? Add(AnswerPart part, ConversationRun run)
        {
            switch (part)
            {
                case AnswerPart.Text text:
                    Add(ConversationPieceKind.Text, text.Said);
                    break;
                case AnswerPart.Reasoning reasoning:
                    Add(ConversationPieceKind.Reasoning, reasoning.Thought);
                    break;
                case AnswerPart.Tool tool:
                    var call = new ConversationToolCall(
                        WholeText.Of(tool.Call.Id),
                        WholeText.OrNull(tool.Call.Name),
                        WholeText.Of(tool.Call.Arguments),
                        WholeText.OrNull(tool.Call.Result),
                        tool.Call.IsBad
                    );
                    answer.Add(ConversationPieceKind.Tool, System.Text.Json.JsonSerializer.Serialize(call, ApiJson.Options));
                    writer.Add(call);
                    break;
                case AnswerPart.Again:
                    Add(ConversationPieceKind.Reset, "");
                    break;
                case AnswerPart.By known:
                    By = known.Name;
                    break;
                case AnswerPart.Tokens tokens:
                    (InputTokens, OutputTokens) = (Number(tokens.Input), Number(tokens.Output));
                    break;
                case AnswerPart.LettaRun letta:
                    run.LettaRunId = letta.Id.Length <= 64 ? letta.Id : null;
                    break;
                case AnswerPart.Awaits:
                    return new(ConversationMessageState.AwaitingApproval);
                case AnswerPart.Failed failed:
                    return new(ConversationMessageState.CutOff, failed.Why);
            }

            return null;
        }

        private static int? Number(long? count) => count is { } known ? (int)Math.Clamp(known, 0, int.MaxValue) : null;

        private void Add(ConversationPieceKind kind, string text)
        {
            answer.Add(kind, text);
            writer.Add(kind, text);
        }
    }
}
