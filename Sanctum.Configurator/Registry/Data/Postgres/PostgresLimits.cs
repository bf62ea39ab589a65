namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>
/// Time limits of a transaction that takes locks for which other consoles wait. A console that stands still in the middle of one loses it,
/// before those who wait give up.
/// </summary>
internal static class PostgresLimits
{
    /// <summary>Two columns of a SELECT, to be asked for before the locks; they end with the transaction.</summary>
    public const string Columns = "set_config('idle_in_transaction_session_timeout', '10s', true), set_config('lock_timeout', '20s', true)";
}
