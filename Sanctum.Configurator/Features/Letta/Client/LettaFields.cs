namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>What the settings page calls its fields, so that a hint names what the operator sees.</summary>
public static class LettaFields
{
    public const string Kind = "Kind";

    public const string Address = "Address";

    public const string Port = "Port";

    public const string Token = "Token";

    public const string Timeout = "Timeout";
}
