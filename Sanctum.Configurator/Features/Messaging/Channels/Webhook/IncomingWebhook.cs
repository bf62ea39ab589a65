using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Webhook;

/// <summary>A message as a program posts it.</summary>
internal sealed class IncomingWebhookForm
{
    [Required(ErrorMessage = "Send user_id: who wrote the message, as your program knows them.")]
    [TextLimit(LengthLimits.Name)]
    public string? UserId { get; set; }

    [TextLimit(LengthLimits.Name)]
    public string? Username { get; set; }

    [TextLimit(LengthLimits.Name)]
    public string? DisplayName { get; set; }

    [Required(ErrorMessage = "Send text: what was written.")]
    [TextLimit(LengthLimits.Message)]
    public string? Text { get; set; }

    /// <summary>Where the answer goes; null for the writer's own chat.</summary>
    [TextLimit(LengthLimits.Name)]
    public string? Chat { get; set; }
    public DateTimeOffset? WrittenAt { get; set; }

    [TextLimit(Lengths.Description)]
    public JsonObject? Metadata { get; set; }
    public IReadOnlyList<MessageAttachment> Attachments { get; set; } = [];
}

/// <summary>
/// Takes what programs post, where it is signed with the channel's secret and not old. The same message sent again is answered as before and
/// taken once, by its id.
/// </summary>
internal static class IncomingWebhook
{
    public const string Route = "/api/channels/{id:int}/incoming";

    private const long MostBytes = 1_000_000;
    private const int MostAttachments = 20;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapLazyGroup().MapPost(Route, TakeAsync).AllowAnonymous().TakesUpTo(MostBytes).ExcludeFromDescription();

    private static async Task<Results<Accepted<AcceptedMessage>, ValidationProblem, ProblemHttpResult>> TakeAsync(
        int id,
        HttpRequest request,
        IDbContextFactory<RegistryDbContext> registries,
        Connectors connectors,
        AcceptMessage accept,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        var body = await ReadAsync(request, cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var channel = await registry.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.Connector == "webhook", cancel);
        var open = channel is null ? null : connectors.TryOpen(channel);

        // Who does not know the secret does not learn which channels there are either.
        if (WebhookSignature.FaultOf(open?.Secret, request.Headers, body, clock.GetUtcNow()) is { } fault)
        {
            return TypedResults.Problem(fault, statusCode: StatusCodes.Status401Unauthorized);
        }

        if (!channel!.IsEnabled)
        {
            request.HttpContext.Response.Headers.RetryAfter = "60";
            return TypedResults.Problem("The channel is paused. Try again later.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var (form, problem) = Parse(body);
        if (form is null)
        {
            return Answers.Refused("", problem!);
        }

        return FormRules.Check(form) is { Count: > 0 } reasons ? Answers.Refused(reasons)
            : form.Attachments.Count > MostAttachments ? Answers.Refused("attachments", $"At most {MostAttachments} attachments.")
            : await accept(MessageOf(form, channel, request.Headers[WebhookSignature.IdHeader].ToString()), cancel) switch
            {
                Outcome<AcceptedMessage>.Ok taken => TypedResults.Accepted((string?)null, taken.Value),
                Outcome<AcceptedMessage>.Invalid refused => Answers.Refused(refused.Reasons),
                var other => TypedResults.Problem(other.ProblemWith("The channel"), statusCode: StatusCodes.Status409Conflict),
            };
    }

    private static IncomingMessage MessageOf(IncomingWebhookForm form, Channel channel, string id) =>
        new()
        {
            Platform = channel.Platform,
            PlatformUserId = form.UserId!,
            Username = form.Username,
            DisplayName = form.DisplayName,
            Text = form.Text!,
            AgentId = channel.AgentId,
            Chat = form.Chat,
            ExternalId = id,
            WrittenAt = form.WrittenAt,
            Metadata = form.Metadata?.ToJsonString(),
            Attachments = form.Attachments,
        };

    private static (IncomingWebhookForm? Form, string? Problem) Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<IncomingWebhookForm>(body, ApiJson.Options) is { } form
                ? (form, null)
                : (null, "Send a JSON object with user_id and text.");
        }
        catch (JsonException)
        {
            return (null, "The body is no JSON object as the guide describes it: user_id and text are texts, written_at is a time.");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancel);
        return bytes.ToArray();
    }
}
