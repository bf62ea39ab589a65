using System.Net;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>By which answers, asked for without a token, one kind of server is told from the other.</summary>
internal static class LettaSigns
{
    public const string V1Health = "v1/health/";
    public const string AppServerHealth = "healthz";
    public const string AppServerInfo = "app-server-info";

    public static bool IsV1(LettaAnswer health) => health.FindText("version") is { Length: > 0 } && health.FindText("status") is not null;

    /// <summary>Many a program says <c>ok</c> at <see cref="AppServerHealth"/>; what it says of itself decides.</summary>
    public static bool IsHealthy(LettaAnswer health) => health.Status == (int)HttpStatusCode.OK && health.HasBody("ok");

    public static bool IsInfo(LettaAnswer info) => info.Status == (int)HttpStatusCode.OK && info.FindText("type") is not null;

    public static bool IsAppServer(LettaAnswer health, LettaAnswer info) =>
        IsHealthy(health) && (IsInfo(info) || (info.Status == (int)HttpStatusCode.Unauthorized && !info.AsksForLogin));
}
