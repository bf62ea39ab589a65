using System.Net;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>
/// Finds out which kind of server answers, and asks V1's API over the opened connection; an App Server is asked by
/// <see cref="AppServerExchange"/>. The token goes out only after the server has shown that it is Letta, or when a health address, which asks
/// for nothing, answers 401: a proxy may guard every path.
/// </summary>
internal sealed class LettaHttpExchange(LettaTarget target, LettaSocket line, ProbeHttp http, int limit, TimeProvider clock, Shown shown)
    : IDisposable
{
    private const string Count = "v1/agents/count";

    private readonly ExchangeFindings _findings = new(target, shown);
    private LettaVersion? _version;
    private int? _agents;
    private LettaAnswer? _health;
    private LettaAnswer? _count;
    private bool _isOpen;

    /// <summary>Something asks for the token where neither kind of server does.</summary>
    private bool _isGuarded;

    /// <summary>Null while it is not known.</summary>
    public LettaKind? Kind { get; private set; }

    /// <summary>Goes on asking where it is an App Server; else null.</summary>
    public AppServerExchange? AppServer { get; private set; }

    public LettaVersion? Version => AppServer?.Version ?? _version;

    public int? Agents => AppServer?.Agents ?? _agents;

    public async Task<StepEnd> AskHealthAsync(CancellationToken cancel)
    {
        var path = target.Kind == LettaKind.AppServer ? LettaSigns.AppServerHealth : LettaSigns.V1Health;
        LettaAnswer answer;
        try
        {
            answer = await http.GetAsync(path, withToken: false, cancel);
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed && !cancel.IsCancellationRequested)
        {
            return !line.IsSecure && failed.Failure is OutboundFailure.NotHttp or OutboundFailure.Cut && await line.SpeaksTlsAsync(cancel)
                ? new("The port speaks TLS", _findings.TlsExpected())
                : Lost(failed);
        }

        var detail = $"{answer.StatusLine} for GET /{path}";
        return answer.Status is 400 && !line.IsSecure && await line.SpeaksTlsAsync(cancel)
                ? new(detail, _findings.TlsExpected() with { Answer = answer })
            : target.Kind == LettaKind.AppServer ? await JudgeAppServerAsync(answer, detail, cancel)
            : await JudgeV1Async(answer, detail, cancel);
    }

    public StepEnd CheckShape()
    {
        var health = _health!;
        if (health.IsTooLong)
        {
            return new($"More than {limit} bytes", _findings.TooLong(health, limit));
        }

        if (!health.IsJson)
        {
            return new(health.IsHtml ? "A web page" : "Not JSON", _findings.NotJson(health));
        }

        if (!LettaSigns.IsV1(health))
        {
            return new("JSON without Letta's version and status", _findings.NotLetta(health));
        }

        Kind = LettaKind.V1;
        return new($"Letta's health answer, status {health.FindText("status")}");
    }

    public StepEnd ReadVersion()
    {
        _version = LettaVersion.Read(_health!.FindText("version")!, clock.GetUtcNow());
        return _version.IsSupported switch
        {
            false => new(
                $"Letta {_version.Text}; V1 was retired on {LettaVersion.V1RetiredText}, its last version is {LettaVersion.LastOfV1}",
                IsWarning: true
            ),
            true => new($"Letta {_version.Text}"),
            null => new($"“{_version.Text}” is not a version number", IsWarning: true),
        };
    }

    public async Task<StepEnd> AuthenticateAsync(CancellationToken cancel)
    {
        var answer = await http.GetAsync(Count, withToken: false, cancel);
        _isOpen = answer.Status == (int)HttpStatusCode.OK && answer.FindCount() is not null;
        if (_isOpen)
        {
            _count = answer;
            return new("The server answers without a token: it is open to anyone", IsWarning: true);
        }

        if (http.HasToken)
        {
            if (!http.CanSendToken)
            {
                return new("The token cannot be sent", _findings.UnsendableToken());
            }

            answer = await http.GetAsync(Count, withToken: true, cancel);
        }

        _count = answer;
        var detail = answer.Status switch
        {
            200 => "The token is required and accepted",
            401 => http.HasToken ? "The token is not accepted" : "A token is required",
            _ => $"{answer.StatusLine} for GET /{Count}",
        };
        return new(detail, answer.Status == (int)HttpStatusCode.NotFound ? _findings.NotLetta(answer) : _findings.FindFault(answer));
    }

    public StepEnd ReadAgents()
    {
        var answer = _count!;
        if (answer.FindCount() is { } count)
        {
            _agents = count;
            return new(ExchangeFindings.Count(count));
        }

        return new(
            $"GET /{Count} did not return a number",
            answer.IsTooLong ? _findings.TooLong(answer, limit)
                : answer.IsJson ? _findings.NotLetta(answer)
                : _findings.NotJson(answer)
        );
    }

    public LettaFinding Connected() => _findings.Connected(_count!, _version!, _agents!.Value, _isOpen);

    /// <summary>How a step ends in which the call failed.</summary>
    public StepEnd Lost(OutboundFailedException failed) =>
        failed.Failure switch
        {
            OutboundFailure.NotHttp => new("The answer is not HTTP", _findings.NotHttp()),
            OutboundFailure.Garbled => new("The answer can't be decompressed", _findings.Garbled(failed)),
            OutboundFailure.TooLarge => new("The answer is too large", _findings.TooLarge(failed)),
            _ => new("The connection was interrupted", _findings.HungUp(failed)),
        };

    public void Dispose() => AppServer?.Dispose();

    private async Task<StepEnd> JudgeV1Async(LettaAnswer answer, string detail, CancellationToken cancel)
    {
        LettaAnswer? info = null;
        if (answer.Status == (int)HttpStatusCode.Unauthorized)
        {
            // A proxy may let pass what an App Server tells without a token, and guard the rest.
            info = await FindAppServerAsync(withToken: false, cancel);
            if (info is null && http.HasToken)
            {
                if (!http.CanSendToken)
                {
                    return new(detail, _findings.UnsendableToken());
                }

                // Letta's health asks for nothing, but a proxy in front may guard every path alike.
                _isGuarded = true;
                answer = await http.GetAsync(LettaSigns.V1Health, withToken: true, cancel);
                detail = $"{answer.StatusLine} for GET /{LettaSigns.V1Health} with the token; refused without it";
            }
        }

        _health = answer;

        // An App Server answers V1's paths with "not found", or asks for an upgrade to web sockets.
        info ??= answer.Status is 404 or 405 or 426 or 501 ? await FindAppServerAsync(_isGuarded, cancel) : null;
        return info is null ? new(detail, _findings.FindFault(answer))
            : target.Kind == LettaKind.V1 ? new(detail, _findings.WrongKind(answer, LettaKind.AppServer, AppServerExchange.VersionIn(info)))
            : GoOn(info, $"{detail}, 200 OK for GET /{LettaSigns.AppServerHealth}");
    }

    /// <summary>The App Server was chosen, so that it is asked for first, and V1 only to say that it is the one that answers.</summary>
    private async Task<StepEnd> JudgeAppServerAsync(LettaAnswer health, string detail, CancellationToken cancel)
    {
        if (!LettaSigns.IsHealthy(health) && await FindV1Async(cancel) is { } v1)
        {
            return new(detail, _findings.WrongKind(v1, LettaKind.V1, v1.FindText("version")));
        }

        if (health.Status == (int)HttpStatusCode.Unauthorized && http.HasToken)
        {
            if (!http.CanSendToken)
            {
                return new(detail, _findings.UnsendableToken());
            }

            // Its health asks for nothing, but a proxy in front may guard every path alike.
            _isGuarded = true;
            health = await http.GetAsync(LettaSigns.AppServerHealth, withToken: true, cancel);
            detail = $"{health.StatusLine} for GET /{LettaSigns.AppServerHealth} with the token; refused without it";
        }

        if (!LettaSigns.IsHealthy(health))
        {
            return new(
                detail,
                _findings.FindFault(health) ?? _findings.NotLetta(health, $"{shown.Place(target.BaseAddress)} is not a Letta App Server.")
            );
        }

        var info = await http.GetAsync(LettaSigns.AppServerInfo, _isGuarded, cancel);
        Kind = LettaSigns.IsAppServer(health, info) ? LettaKind.AppServer : null;
        return GoOn(info, detail);
    }

    private StepEnd GoOn(LettaAnswer info, string detail)
    {
        AppServer = new(target, http, info, _isGuarded, clock, shown);
        return new(detail);
    }

    private async Task<LettaAnswer?> FindV1Async(CancellationToken cancel)
    {
        try
        {
            var health = await http.GetAsync(LettaSigns.V1Health, withToken: false, cancel);
            Kind = LettaSigns.IsV1(health) ? LettaKind.V1 : null;
            return Kind is null ? null : health;
        }
        catch (Exception e) when (OutboundFailures.Find(e) is not null && !cancel.IsCancellationRequested)
        {
            // The answer before says what is wrong.
            return null;
        }
    }

    private async Task<LettaAnswer?> FindAppServerAsync(bool withToken, CancellationToken cancel)
    {
        try
        {
            var health = await http.GetAsync(LettaSigns.AppServerHealth, withToken, cancel);
            if (!LettaSigns.IsHealthy(health))
            {
                return null;
            }

            var info = await http.GetAsync(LettaSigns.AppServerInfo, withToken, cancel);
            Kind = LettaSigns.IsAppServer(health, info) ? LettaKind.AppServer : null;
            return Kind is null ? null : info;
        }
        catch (Exception e) when (OutboundFailures.Find(e) is not null && !cancel.IsCancellationRequested)
        {
            // The answer before says what is wrong.
            return null;
        }
    }
}
