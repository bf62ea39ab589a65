using Microsoft.Net.Http.Headers;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>In which shape an answer is wanted.</summary>
internal sealed record RestShape(string ContentType, bool IsOne, bool IsCsv, bool StripsNulls)
{
    private const string One = "application/vnd.pgrst.object+json";
    private const string Many = "application/vnd.pgrst.array+json";

    private static readonly RestShape Usual = new("application/json; charset=utf-8", false, false, false);

    public static RestShape Of(IReadOnlyList<string?> accept)
    {
        if (accept is [] or ["*/*" or "application/json" or ""])
        {
            return Usual;
        }

        var wanted =
            MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var types) && types.Count > 0 ? types : [new("*/*")];
        foreach (var type in wanted.OrderByDescending(type => type.Quality ?? 1))
        {
            var strips = type.Parameters.Any(parameter =>
                parameter.Name.Equals("nulls", StringComparison.OrdinalIgnoreCase)
                && parameter.Value.Equals("stripped", StringComparison.OrdinalIgnoreCase)
            );
            switch (type.MediaType.Value?.ToLowerInvariant())
            {
                case One or "application/vnd.pgrst.object":
                    return new($"{One}{(strips ? ";nulls=stripped" : "")}; charset=utf-8", true, false, strips);
                case Many or "application/vnd.pgrst.array" when strips:
                    return new($"{Many};nulls=stripped; charset=utf-8", false, false, true);
                case "*/*" or "application/*" or "application/json" or "application/openapi+json" or Many or "application/vnd.pgrst.array":
                    return Usual;
                case "text/csv":
                    return new("text/csv; charset=utf-8", false, true, false);
            }
        }

        throw new RestFault(
            StatusCodes.Status406NotAcceptable,
            "PGRST107",
            $"None of these media types are available: {RestFault.Shorten(string.Join(", ", wanted))}",
            null,
            "Offered: application/json, application/vnd.pgrst.object+json, text/csv."
        );
    }
}

/// <summary>A call about rows.</summary>
internal sealed record RestCall(
    RestCatalog Catalog,
    RestTable Table,
    RestQuery Query,
    PreferHeader PreferHeader,
    RestShape Shape,
    RowRange Range
)
{
    public RowWriter Writer(RestApiOptions options) => new(Shape.IsCsv, Shape.StripsNulls, Shape.IsOne, options.MostBytes);

    /// <summary>Whoever asked for one row gets one, or is told that it isn't.</summary>
    public void RequireOne(int rows)
    {
        if (Shape.IsOne && rows != 1)
        {
            throw new RestFault(
                StatusCodes.Status406NotAcceptable,
                "PGRST116",
                "Cannot coerce the result to a single JSON object",
                $"The result contains {rows} rows"
            );
        }
    }
}

/// <summary>What a call is answered with.</summary>
/// <param name="Body">Null for none.</param>
/// <param name="ContentRange">Which of how many rows these are.</param>
/// <param name="Applied">The preferences that counted.</param>
/// <param name="HidesRows">The table has rows that whoever asks does not see.</param>
internal sealed record RestAnswer(
    int Status,
    ReadOnlyMemory<byte>? Body = null,
    string? ContentRange = null,
    string? Applied = null,
    bool HidesRows = false,
    string? Location = null
);
