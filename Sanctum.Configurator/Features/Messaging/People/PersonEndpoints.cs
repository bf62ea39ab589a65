using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.People;

internal static class PersonEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var people = routes.MapLazyGroup("/api/people").RequireAuthorization(Policies.ReadMessages).WithTags("People");
        people
            .MapGet(
                "/",
                async (
                    [AsParameters] PageQuery query,
                    PeopleReader reader,
                    CancellationToken cancel,
                    string? platform = null,
                    bool? active = null,
                    bool? hold = null,
                    int? agent = null
                ) => Answers.Show(await reader.PageAsync(new(platform, active, hold, agent), query.Page, cancel))
            )
            .WithSummary("Lists people; sort is name, last_active, messages or id, cursor is the next_cursor of the previous page");
        people
            .MapGet(
                "/{id:int}",
                async (int id, PeopleReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A person with profiles, preferences and merges; the ETag is their version");
    }
}
