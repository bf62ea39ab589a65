using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// The HTTP answers of the API's endings, alike for every resource. Their types say what a route can answer, and the description of the API is
/// made of them. Problems are problem+json.
/// </summary>
public static class Answers
{
    /// <summary>How many refusals the sentence of an answer names; all are in its errors.</summary>
    private const int Named = 5;

    /// <param name="current">How the thing as it is now is shown to somebody who came too late; null for as it is.</param>
    public static Answer<Shown<T>> Of<T>(Outcome<T> outcome, Func<T, object?>? current = null) => Of(outcome, Show, current);

    /// <param name="done">The answer where it was written.</param>
    /// <param name="current">How the thing as it is now is shown to somebody who came too late; null for as it is.</param>
    public static Answer<TDone> Of<T, TDone>(Outcome<T> outcome, Func<T, TDone> done, Func<T, object?>? current = null)
        where TDone : IResult, IEndpointMetadataProvider =>
        outcome switch
        {
            Outcome<T>.Ok ok => done(ok.Value),
            Outcome<T>.NotFound => new Missing(),
            Outcome<T>.Conflict stale => new TooLate(current is null ? stale.Current : current(stale.Current)),
            Outcome<T>.Invalid refused => Refused(refused.Reasons),
            _ => throw new UnreachableException(),
        };

    /// <summary>The ending of what was not done, where doing it would have shown something else.</summary>
    public static Answer<Shown<TShown>> Undone<T, TShown>(Outcome<T> outcome) =>
        Of<T, Shown<TShown>>(outcome, _ => throw new UnreachableException());

    /// <summary>Where it was written, what is read of it afterwards.</summary>
    public static async Task<Answer<Shown<TRead>>> AfterAsync<T, TRead>(Outcome<T> written, Func<Task<TRead?>> read)
        where TRead : class =>
        written is not Outcome<T>.Ok ? Undone<T, TRead>(written)
        : await read() is { } now ? Show(now)
        : new Missing();

    /// <param name="address">Where the new thing is.</param>
    public static Answer<Made<T>> Created<T>(Outcome<T> outcome, Func<T, string?> address) =>
        Of(outcome, value => new Made<T>(value, address(value)));

    /// <summary>Where it was only tried, it is shown and has no address.</summary>
    public static Results<Answer<Shown<T>>, Answer<Made<T>>> Created<T>(Outcome<T> outcome, bool isTried, Func<T, string?> address) =>
        isTried ? Of(outcome) : Created(outcome, address);

    /// <param name="address">Where one sees how it goes.</param>
    public static Answer<Accepted<T>> Accepted<T>(Outcome<T> outcome, Func<T, string> address) =>
        Of(outcome, value => TypedResults.Accepted(address(value), value));

    public static Answer<NoContent> Deleted<T>(Outcome<T> outcome) => Of(outcome, _ => TypedResults.NoContent());

    public static Results<Shown<T>, Missing> Found<T>(T? found)
        where T : class => found is null ? new Missing() : Show(found);

    public static Shown<T> Show<T>(T value) => new(value);

    /// <param name="reasons">Property (or "" for the whole) → a sentence. It is told under the name that the API has for it.</param>
    public static ValidationProblem Refused(IReadOnlyDictionary<string, string> reasons) =>
        RefusedAt(reasons.ToDictionary(r => JsonNamingPolicy.SnakeCaseLower.ConvertName(r.Key), r => r.Value));

    public static ValidationProblem Refused(string property, string reason) =>
        Refused(new Dictionary<string, string> { [property] = reason });

    /// <param name="reasons">Place, as its sender wrote it → a sentence.</param>
    public static ValidationProblem RefusedAt(IReadOnlyDictionary<string, string> reasons) =>
        TypedResults.ValidationProblem(
            reasons.ToDictionary(r => r.Key, r => new[] { r.Value }),
            string.Join(' ', reasons.Take(Named).Select(r => Sentence(r.Key, r.Value)))
        );

    /// <summary>Tells the description of the API what an answer of this type is.</summary>
    internal static void Describe<T>(MethodInfo method, EndpointBuilder builder)
        where T : IEndpointMetadataProvider => T.PopulateMetadata(method, builder);

    /// <summary>What is wrong, and with what.</summary>
    public static string Sentence(string member, string problem) => member.Length == 0 ? problem : $"{member}: {problem}";
}
