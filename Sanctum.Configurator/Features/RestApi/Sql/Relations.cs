using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Which rows of another table an embedded resource means.</summary>
internal static class Relations
{
    /// <exception cref="RestFault">There is none, or more than one.</exception>
    public static RestRelation Find(RestTable table, SelectItem.Embed embed)
    {
        var found = table
            .Relations.Where(relation =>
                embed.Hint is null
                    ? relation.Resource == embed.Target || (!relation.IsToMany && relation.From == embed.Target)
                    : relation.Resource == embed.Target && (relation.Constraint == embed.Hint || relation.ForeignKey == embed.Hint)
            )
            .ToList();
        if (found.Count > 1 && embed.Hint is not null && found.Where(relation => !relation.IsToMany).ToList() is [var upwards])
        {
            found = [upwards]; // Of a table that refers to itself: the row that is referred to.
        }

        return found is [var only] ? only : throw (found.Count == 0 ? NoRelation(table, embed) : Ambiguous(table, embed, found));
    }

    public static RestFault NotEmbedded(string name) =>
        new(
            StatusCodes.Status400BadRequest,
            "PGRST108",
            $"'{RestFault.Shorten(name)}' is not an embedded resource in this request",
            null,
            $"Verify that '{RestFault.Shorten(name)}' is included in the 'select' query parameter."
        );

    private static RestFault NoRelation(RestTable table, SelectItem.Embed embed) =>
        new(
            StatusCodes.Status400BadRequest,
            "PGRST200",
            $"Could not find a relationship between '{table.Resource}' and '{RestFault.Shorten(embed.Target)}' in the schema cache",
            $"Searched for a foreign key relationship between '{table.Resource}' and '{RestFault.Shorten(embed.Target)}'{(embed.Hint is null ? "" : $" using the hint '{RestFault.Shorten(embed.Hint)}'")} in the schema 'public', but no matches were found.",
            NearestName.Find(embed.Target, table.Relations.Select(relation => relation.Resource)) is { } near
                ? $"Perhaps you meant '{near}' instead of '{RestFault.Shorten(embed.Target)}'."
                : $"Related: {string.Join(", ", table.Relations.Select(relation => relation.Resource).Distinct())}."
        );

    private static RestFault Ambiguous(RestTable table, SelectItem.Embed embed, List<RestRelation> found) =>
        new(
            StatusCodes.Status300MultipleChoices,
            "PGRST201",
            $"Could not embed because more than one relationship was found for '{table.Resource}' and '{embed.Target}'",
            string.Join("; ", found.Select(relation => $"{relation.Constraint} ({relation.ForeignKey})")),
            $"Try changing '{embed.Target}' to one of the following: {string.Join(", ", found.Select(relation => $"'{embed.Target}!{relation.ForeignKey}'").Distinct())}."
        );
}
