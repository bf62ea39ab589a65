using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>Why a call under <c>/rest/v1</c> was not answered, in the shape that PostgREST's clients read.</summary>
/// <param name="Code">PostgREST's own, such as PGRST100, or PostgreSQL's SQLSTATE.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record RestRefusal(
    [property: JsonIgnore] int Status,
    string Code,
    string Message,
    string? Details = null,
    string? Hint = null
)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        var body = JsonSerializer.SerializeToUtf8Bytes(this, Json);
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }
}
