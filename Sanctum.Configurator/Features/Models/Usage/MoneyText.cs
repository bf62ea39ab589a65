namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>Amounts of money as they are shown.</summary>
internal static class MoneyText
{
    private const decimal Micros = 1_000_000m;

    /// <param name="micros">Millionths of a dollar; null where the amount is unknown.</param>
    public static string Of(long? micros) =>
        micros is { } amount
            ? (amount / Micros).ToString(amount is > 0 and < 10_000 ? "$0.######" : "$#,0.00", CultureInfo.InvariantCulture)
            : "unknown";
}
