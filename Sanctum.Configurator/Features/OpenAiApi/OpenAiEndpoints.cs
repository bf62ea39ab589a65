using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>
/// Two addresses of OpenAI's API, for programs that speak it. OpenAI's own documents describe them; what differs is in the guide.
/// </summary>
internal static class OpenAiEndpoints
{
    /// <summary>Of a call, with its pictures.</summary>
    private const long MostBytes = 20_000_000;

    /// <summary>What of a call was left out, and why it can be: an agent has settings of its own.</summary>
    private const string Ignored = "X-Sanctum-Ignored";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapLazyGroup("/v1").RequireAuthorization(Policies.UseConversations).WithTags("OpenAI");
        api.MapGet("/models", ListAsync).ExcludeFromDescription();
        api.MapGet("/models/{**id}", FindAsync).ExcludeFromDescription();
        api.MapPost("/chat/completions", ChatAsync)
            .Accepts<JsonElement>("application/json")
            .TakesUpTo(MostBytes)
            .CannotBeTried()
            .ExcludeFromDescription();
    }

    private static async Task<JsonHttpResult<JsonObject>> ListAsync(OpenAiModels models, CancellationToken cancel) =>
        TypedResults.Json(
            new JsonObject
            {
                ["object"] = "list",
                ["data"] = new JsonArray([.. (await models.ListAsync(cancel)).Select(model => (JsonNode)Shape(model))]),
            }
        );

    private static async Task<IResult> FindAsync(string id, OpenAiModels models, CancellationToken cancel)
    {
        var wanted = Uri.UnescapeDataString(id);
        return (await models.ListAsync(cancel)).FirstOrDefault(model => model.Id == wanted) is { } found
            ? TypedResults.Json(Shape(found))
            : Refusal(OpenAiError.UnknownModel(wanted));
    }

    private static JsonObject Shape(ListedPartner model) =>
        new()
        {
            ["id"] = model.Id,
            ["object"] = "model",
            ["created"] = model.CreatedAt.ToUnixTimeSeconds(),
            ["owned_by"] = model.OwnedBy,
        };

    private static async Task<IResult> ChatAsync(
        HttpContext context,
        OpenAiModels models,
        ChatAnswers answers,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        try
        {
            var call = ChatCallReader.Read(RequestBodies.BodyOf(context.Request));
            if (await models.FindAsync(call.Model, cancel) is not { } partner)
            {
                return Refusal(OpenAiError.UnknownModel(call.Model));
            }

            if (ChatAnswers.WhyNot(partner, call) is { } why)
            {
                return Refusal(why);
            }

            if (partner.AgentUid is not null && LeftOut(call) is { Length: > 0 } ignored)
            {
                context.Response.Headers[Ignored] = ignored;
            }

            return new ChatResult(answers.AskAsync(partner, call, cancel), new(call.Model, clock.GetUtcNow()), call, clock);
        }
        catch (OpenAiException e)
        {
            return Refusal(e.Error);
        }
    }

    private static string LeftOut(ChatCall call) =>
        string.Join(
            ", ",
            call.Messages.Any(message => message.Role == Microsoft.Extensions.AI.ChatRole.System)
                ? call.Sampling.Prepend("messages of the system")
                : call.Sampling
        );

    private static IResult Refusal(OpenAiError error) => TypedResults.Json(error.ToJson(), statusCode: error.Status);
}
