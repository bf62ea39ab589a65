using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>
/// Writes down what each call took, however it ends: whole, failed, or left by whoever read it. Where the provider counts no tokens they are
/// estimated, and the answer says so.
/// </summary>
internal sealed class MeteredChat(IChatClient inner, LlmConfig config, UsageLedger ledger, UsageContext context)
    : DelegatingChatClient(inner)
{
    internal const string Ok = "ok";
    internal const string Cancelled = "cancelled";

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var call = new Call([.. messages], options);
        try
        {
            var answer = await base.GetResponseAsync(call.Asked, options, cancellationToken);
            call.Add(answer.Messages.SelectMany(message => message.Contents), answer.Usage);
            call.Outcome = Ok;
            answer.Usage = call.CountsOf(config.Model).ToUsage(answer.Usage);
            return answer;
        }
        catch (LlmCallException e)
        {
            call.Outcome = e.Verdict.Text();
            throw;
        }
        finally
        {
            await WriteAsync(call);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var call = new Call([.. messages], options);
        try
        {
            await using var parts = base.GetStreamingResponseAsync(call.Asked, options, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(parts, call))
            {
                var contents = parts.Current.Contents;
                call.Add(contents, null);
                foreach (var counted in contents.OfType<UsageContent>())
                {
                    call.Add([], counted.Details);
                }

                yield return parts.Current;
            }

            call.Outcome = Ok;
            if (call.CountsOf(config.Model) is { IsEstimated: true } estimate)
            {
                yield return new(ChatRole.Assistant, [new UsageContent(estimate.ToUsage(null)!)]);
            }
        }
        finally
        {
            await WriteAsync(call);
        }
    }

    private Task WriteAsync(Call call) =>
        ledger.WriteAsync(new(config, context, call.CountsOf(config.Model), call.First, call.Took, call.Outcome));

    private static async Task<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> parts, Call call)
    {
        try
        {
            return await parts.MoveNextAsync();
        }
        catch (LlmCallException e)
        {
            call.Outcome = e.Verdict.Text();
            throw;
        }
    }

    /// <summary>One call as far as it has come.</summary>
    private sealed class Call(IReadOnlyList<ChatMessage> asked, ChatOptions? options)
    {
        private readonly long _began = TimeProvider.System.GetTimestamp();
        private readonly List<AIContent> _answered = [];
        private UsageDetails? _usage;

        public IReadOnlyList<ChatMessage> Asked => asked;

        public TimeSpan? First { get; private set; }

        public TimeSpan Took => TimeProvider.System.GetElapsedTime(_began);

        public string Outcome { get; set; } = Cancelled;

        public void Add(IEnumerable<AIContent> contents, UsageDetails? counted)
        {
            First ??= Took;
            _answered.AddRange(contents);
            if (counted is not null)
            {
                (_usage ??= new()).Add(counted);
            }
        }

        /// <summary>Who was refused before the first word took nothing.</summary>
        public TokenCounts CountsOf(string model)
        {
            var counted = TokenCounts.Of(_usage);
            return counted != TokenCounts.Unknown || (_answered.Count == 0 && Outcome is not (Ok or Cancelled))
                ? counted
                : TokenEstimate.OfChat(model, asked, options, _answered);
        }
    }
}
