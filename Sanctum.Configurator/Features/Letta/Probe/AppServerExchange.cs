using System.Net;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>
/// Asks an App Server what it is, opens its WebSocket over the test's connection and asks there for its agents. A server that asks for no
/// token gets none.
/// </summary>
/// <param name="info">What it said of itself, without a token where it is not guarded.</param>
/// <param name="isGuarded">A proxy asks for the token on every path, so that it has been sent already.</param>
internal sealed class AppServerExchange(
    LettaTarget target,
    ProbeHttp http,
    LettaAnswer info,
    bool isGuarded,
    TimeProvider clock,
    Shown shown
) : IDisposable
{
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(7);

    /// <summary>The server asks its providers for them, who may be slow; the test does not fail for that.</summary>
    private static readonly TimeSpan ForModels = TimeSpan.FromSeconds(3);

    private readonly AppServerFindings _findings = new(target, shown);
    private readonly ExchangeFindings _answers = new(target with { Kind = LettaKind.AppServer }, shown);
    private readonly List<AppServerWarning> _warnings = [];
    private LettaAnswer _info = info;
    private AppServerLink? _link;
    private bool _isOpen;
    private bool _isAnswered;

    public LettaVersion? Version { get; private set; }

    public int? Agents { get; private set; }

    public static string? VersionIn(LettaAnswer info) => info.FindText("letta_code_version");

    public StepEnd CheckShape() =>
        LettaSigns.IsInfo(_info) ? new("A Letta App Server")
        : _info.Status == (int)HttpStatusCode.NotFound ? new("It doesn't tell about itself", _findings.TooOld(_info))
        : _info.Status == (int)HttpStatusCode.Unauthorized && !_info.AsksForLogin ? new("A Letta App Server, which asks for a token")
        : new($"{_info.StatusLine} for GET /{LettaSigns.AppServerInfo}", FaultOf(_info));

    public async Task<StepEnd> AuthenticateAsync(CancellationToken cancel)
    {
        if (isGuarded && LettaSigns.IsInfo(_info))
        {
            return Accept(TokenClaims.Find(target.Token));
        }

        if (LettaSigns.IsInfo(_info))
        {
            _isOpen = true;
            _warnings.Add(_findings.Open);
            return new("The server answers without a token: it is open to anyone", IsWarning: true);
        }

        if (!http.HasToken)
        {
            return new("A token is required", _findings.NoToken(_info));
        }

        if (!http.CanSendToken)
        {
            return new("The token cannot be sent", _answers.UnsendableToken());
        }

        var claims = TokenClaims.Find(target.Token);
        _info = await http.GetAsync(LettaSigns.AppServerInfo, withToken: true, cancel);
        if (_info.Status == (int)HttpStatusCode.Unauthorized && !_info.AsksForLogin)
        {
            return new("The token is not accepted", _findings.TokenRefused(_info, claims));
        }

        return LettaSigns.IsInfo(_info)
            ? Accept(claims)
            : new($"{_info.StatusLine} for GET /{LettaSigns.AppServerInfo} with the token", FaultOf(_info));
    }

    public StepEnd ReadVersion()
    {
        var text = VersionIn(_info) ?? "";
        Version = AppServerVersion.Read(text);
        var said = _warnings.Count;
        if (_info.FindNumber("protocol_version") is var protocol && protocol != AppServerVersion.Protocol)
        {
            return new($"Letta App Server {text}, protocol {protocol}", _findings.OtherProtocol(_info, text, protocol));
        }

        if (_info.FindFlag("capabilities", "agent_management") == false)
        {
            return new($"Letta App Server {text}, which does not manage agents", _findings.NoAgents(_info, text));
        }

        if (Version.IsSupported != true)
        {
            _warnings.Add(AppServerFindings.Untested(text));
        }

        if (_info.FindText("backend") == "api")
        {
            _warnings.Add(AppServerFindings.InTheCloud);
        }

        return new(
            string.Join(
                ". ",
                [
                    $"Letta App Server {text}, protocol {protocol}"
                        + (AppServerVersion.IsNewerThanTested(text) ? $"; tested up to {AppServerVersion.Newest}" : ""),
                    .. _warnings.Skip(said).Select(warning => warning.Message.TrimEnd('.')),
                ]
            ),
            IsWarning: _warnings.Count > said
        );
    }

    public async Task<StepEnd> OpenAsync(CancellationToken cancel)
    {
        try
        {
            var (socket, status) = await http.UpgradeAsync(withToken: !_isOpen, cancel);
            if (socket is null)
            {
                return new($"{status} for the upgrade at /ws", _findings.NotUpgraded(status));
            }

            // The deadline of the test is the limit of every command.
            _link = AppServerLink.Over(socket, new(target.BaseAddress, target.Token, Timeout.InfiniteTimeSpan));
        }
        catch (Exception e) when (OutboundFailures.Find(e) is not null && !cancel.IsCancellationRequested)
        {
            return new("The connection was closed on the upgrade at /ws", _findings.NotUpgraded(status: null));
        }

        return await AskAsync(async link =>
        {
            await link.AskAsync("app_server_info", null, cancel);
            return new("101 Switching Protocols at /ws; the server answers there");
        });
    }

    public async Task<StepEnd> ReadAgentsAsync(bool asksForModels, CancellationToken cancel)
    {
        var read = await AskAsync(async link =>
        {
            Agents = (await new AppServerAgents(link).NamesAsync(cancel)).Count;
            return new(ExchangeFindings.Count(Agents.Value));
        });
        return read.Finding is null && asksForModels ? await ReadModelsAsync(read, cancel) : read;
    }

    public LettaFinding Connected() => _findings.Connected(_info, Version!, ExchangeFindings.Count(Agents!.Value), _isOpen, _warnings);

    /// <summary>What is said when the time is up while the WebSocket is open and nothing comes over it; else null.</summary>
    public LettaFinding? FindSilence() => _link is not null && !_isAnswered ? _findings.NotReady() : null;

    public void Dispose() => _link?.Dispose();

    private StepEnd Accept(TokenClaims? claims)
    {
        var detail = "The token is required and accepted";
        var said = _warnings.Count;
        if (target.BaseAddress.Scheme == Uri.UriSchemeHttp && !target.BaseAddress.IsLoopback)
        {
            _warnings.Add(AppServerFindings.InClear);
        }

        if (claims?.Expires is { } end)
        {
            detail += $"; it ends on {TokenClaims.Text(end)}";
            if (end - clock.GetUtcNow() < SoonExpired)
            {
                _warnings.Add(AppServerFindings.EndsSoon(end));
            }
        }

        return new(
            string.Join(". ", [detail, .. _warnings.Skip(said).Select(warning => warning.Message.TrimEnd('.'))]),
            IsWarning: _warnings.Count > said
        );
    }

    private async Task<StepEnd> ReadModelsAsync(StepEnd read, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ForModels);
        try
        {
            var models = await new AppServerAgents(_link!).ModelsAsync(limit.Token);
            if (models.Count > 0)
            {
                return read with { Detail = $"{read.Detail}, {models.Count} models" };
            }

            _warnings.Add(AppServerFindings.NoModels);
            return read with { Detail = $"{read.Detail}, no model", IsWarning = true };
        }
        catch (Exception e) when (e is LettaCallException or JsonException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return read with { Detail = $"{read.Detail}; its models could not be read" };
        }
    }

    private async Task<StepEnd> AskAsync(Func<AppServerLink, Task<StepEnd>> ask)
    {
        _isAnswered = false;
        try
        {
            var end = await ask(_link!);
            _isAnswered = true;
            return end;
        }
        catch (AppServerLostException)
        {
            return new("The WebSocket was closed without an answer", _findings.Closed());
        }
        catch (Exception e) when (e is AppServerGarbledException or JsonException)
        {
            return new("The answer is not an App Server's", _findings.Garbled());
        }
        catch (LettaCallException e)
        {
            return new("The command failed", _findings.Failed(e));
        }
    }

    private LettaFinding FaultOf(LettaAnswer answer) => _answers.FindFault(answer) ?? _findings.NotAppServer(answer);
}
