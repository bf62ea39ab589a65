using System.Security.Cryptography.X509Certificates;

namespace Sanctum.Configurator.Tests.Support;

public enum FakeLettaMood
{
    /// <summary>A Letta server in good order.</summary>
    Well,
    Forbids,
    RateLimits,

    /// <summary>500 with Letta's own words.</summary>
    Fails,

    /// <summary>503, as Letta answers while it starts.</summary>
    WarmsUp,

    /// <summary>A proxy's 502 page.</summary>
    StandsBehindABrokenProxy,

    /// <summary>200 with a page, as a proxy's front page.</summary>
    ServesAWebPage,

    /// <summary>200 with plain text.</summary>
    Mumbles,
    Redirects,
    AnswersOtherJson,

    /// <summary>Health is fine, the count is not a number.</summary>
    CountsInWords,
    IsAnAppServer,

    /// <summary>401 about the model provider's key, which is not the server's password.</summary>
    HasABadModelKey,
    AsksForABasicLogin,
    Floods,
    NeverAnswers,
    NeverAnswersTheCount,
    DripsTheBody,

    /// <summary>401 whose words, phrase and all repeat the token it was given.</summary>
    EchoesTheToken,

    /// <summary>Hangs up after each answer.</summary>
    HangsUpEachTime,
}

/// <summary>What a <see cref="FakeLetta"/> does. Change one thing with <c>with</c>, also while it runs.</summary>
public sealed record FakeLettaBehaviour
{
    public FakeLettaMood Mood { get; init; } = FakeLettaMood.Well;

    public string Version { get; init; } = "0.16.8";

    /// <summary>The server's one password; null leaves it open to anyone.</summary>
    public string? Token { get; init; } = FakeLetta.Password;

    public int Agents { get; init; } = 3;

    /// <summary>Agents that it keeps and lets change; instead of <see cref="Agents"/>.</summary>
    public FakeLettaAgents? Store { get; init; }

    /// <summary>Its MCP servers; null for a server that says nothing of them.</summary>
    public FakeLettaMcp? Mcp { get; init; }

    /// <summary>Where the API lies, such as <c>/letta</c>.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Where <see cref="FakeLettaMood.Redirects"/> points.</summary>
    public Uri? RedirectTo { get; init; }

    /// <summary>Speaks TLS with it; null for plain HTTP. Read when the server starts.</summary>
    public X509Certificate2? Certificate { get; init; }
}
