using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>Which of Letta's two servers it is: they speak different protocols and can do different things.</summary>
[JsonConverter(typeof(SnakeCaseKind))]
public enum LettaKind
{
    /// <summary>The REST server, up to 0.16.8; retired on 15 August 2026.</summary>
    V1,

    /// <summary>The WebSocket server of <c>@letta-ai/letta-code</c>, which followed it.</summary>
    AppServer,
}

public static class LettaKinds
{
    /// <summary>As people call it.</summary>
    public static string Title(this LettaKind kind) => kind == LettaKind.AppServer ? "Letta App Server" : "Letta V1";

    /// <summary>As it is stored and sent: <c>v1</c> or <c>app_server</c>.</summary>
    public static string Text(this LettaKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>Null where the text names none, such as <c>automatic</c>.</summary>
    public static LettaKind? Find(string? text) =>
        Enum.GetValues<LettaKind>()
            .Where(kind => kind.Text().Equals(text, StringComparison.OrdinalIgnoreCase))
            .Select(kind => (LettaKind?)kind)
            .FirstOrDefault();
}

internal sealed class SnakeCaseKind() : JsonStringEnumConverter<LettaKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
