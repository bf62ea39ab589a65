using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>
/// Writes down what each call took, however it ends: whole, failed, or left by whoever read it. Where the provider counts no tokens they are
/// estimated, and the answer says so.
/// </summary>
public sealed class MeteredChat(IChatClient inner, LlmConfig config, UsageLedger ledger, UsageContext context) : DelegatingChatClient(inner)
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
            answer.Usage = call.UsageOf(config.Model);
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
                // What was counted so far is told once, at the end: whoever adds up the parts would count it as often as it is said.
                var counted = parts.Current.Contents.OfType<UsageContent>().ToList();
                counted.ForEach(said => parts.Current.Contents.Remove(said));
                call.Add(parts.Current.Contents, null);
                counted.ForEach(said => call.Add([], said.Details));
                yield return parts.Current;
            }

            call.Outcome = Ok;
            if (call.UsageOf(config.Model) is { } usage)
            {
                yield return new(ChatRole.Assistant, [new UsageContent(usage)]);
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
                // Who counts the same question again counts from the beginning each time, and has counted more by now.
                _usage = _usage is null || IsAgain(_usage, counted) ? null : _usage;
                (_usage ??= new()).Add(counted);
            }
        }

        public UsageDetails? UsageOf(string model) => CountsOf(model).ToUsage(_usage);

        private static bool IsAgain(UsageDetails before, UsageDetails now) =>
            before.InputTokenCount is > 0
            && now.InputTokenCount == before.InputTokenCount
            && now.OutputTokenCount >= before.OutputTokenCount;

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
