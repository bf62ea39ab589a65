namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <param name="Embed">The embedded resource whose column it is; null for the row's own.</param>
/// <param name="AreNullsFirst">Null where nobody says: last upwards, first downwards.</param>
internal sealed record OrderTerm(string? Embed, FieldName Field, bool IsDescending, bool? AreNullsFirst);

/// <summary>Reads <c>order=</c>.</summary>
internal static class OrderParser
{
    private const int MostTerms = 20;

    public static IReadOnlyList<OrderTerm> Parse(string text)
    {
        var scanner = new Scanner(text, "order");
        var terms = new List<OrderTerm>();
        do
        {
            terms.Add(Term(scanner));
            if (terms.Count > MostTerms)
            {
                throw scanner.Fault($"at most {MostTerms} columns");
            }
        } while (scanner.Takes(","));

        scanner.ExpectEnd();
        return terms;
    }

    private static OrderTerm Term(Scanner scanner)
    {
        scanner.While(c => c == ' ');
        var (field, embed) = (scanner.Field(), (string?)null);
        if (field.Path.Count == 0 && scanner.Takes("("))
        {
            (embed, field) = (field.Column, scanner.Field());
            scanner.Expect(")");
        }

        var (isDescending, nulls) = (false, (bool?)null);
        for (var at = 0; scanner.Takes("."); at++)
        {
            var word = scanner.While(char.IsAsciiLetter);
            switch (word)
            {
                case "asc" or "desc" when at == 0:
                    isDescending = word == "desc";
                    break;
                case "nullsfirst" or "nullslast" when nulls is null:
                    nulls = word == "nullsfirst";
                    break;
                default:
                    throw scanner.Fault("asc, desc, nullsfirst or nullslast");
            }
        }

        return new(embed, field, isDescending, nulls);
    }
}
