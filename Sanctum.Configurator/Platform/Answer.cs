using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using MethodInfo = System.Reflection.MethodInfo;

namespace Sanctum.Configurator.Platform;

/// <summary>The four ways an act of the API can end: done, refused (400), missing (404) or too late (412).</summary>
public sealed class Answer<TDone> : IResult, INestedHttpResult, IEndpointMetadataProvider
    where TDone : IResult, IEndpointMetadataProvider
{
    private Answer(IResult result) => Result = result;

    public IResult Result { get; }

    public static implicit operator Answer<TDone>(TDone done) => new(done);

    public static implicit operator Answer<TDone>(ValidationProblem refused) => new(refused);

    public static implicit operator Answer<TDone>(Missing missing) => new(missing);

    public static implicit operator Answer<TDone>(TooLate late) => new(late);

    /// <summary>Whoever may come too late sends a version, and that an <see cref="Requests.IfMatch"/> describes.</summary>
    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        TDone.PopulateMetadata(method, builder);
        Answers.Describe<ValidationProblem>(method, builder);
        Answers.Describe<Missing>(method, builder);
    }

    public Task ExecuteAsync(HttpContext httpContext) => Result.ExecuteAsync(httpContext);
}
