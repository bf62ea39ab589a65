using System.Net;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>
/// Asks Letta's API over the opened connection. The token goes out only after the server has shown that it is Letta, or
/// when its health address, which asks for nothing, answers 401: a proxy may guard every path. No User-Agent is sent: Letta gives unknown
/// ones its legacy answers.
/// </summary>
internal sealed class LettaHttpExchange : IDisposable
{
    private const string Health = "v1/health/";
    private const string Count = "v1/agents/count";

    private readonly LettaTarget _target;
    private readonly LettaSocket _line;
    private readonly int _limit;
    private readonly TimeProvider _clock;
    private readonly Shown _shown;
    private readonly ExchangeFindings _findings;
    private readonly HttpClient _client;
    private LettaAnswer? _health;
    private LettaAnswer? _count;
    private bool _isOpen;

    public LettaHttpExchange(LettaTarget target, LettaSocket line, OutboundTls tls, int limit, TimeProvider clock, Shown shown)
    {
        (_target, _line, _limit, _clock, _shown, _findings) = (target, line, limit, clock, shown, new(target, shown));

        // The very handler that everything is called with afterwards, over the one connection of the test.
        var handler = new GuardedHandler(
            OutboundHttp.NewHandler(tls, (_, cancel) => line.TakeAsync(cancel)),
            target.BaseAddress,
            token: null,
            limit
        );
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public LettaVersion? Version { get; private set; }

    public int? Agents { get; private set; }

    private bool HasToken => _target.Token is { Length: > 0 };

    public async Task<StepEnd> AskHealthAsync(CancellationToken cancel)
    {
        LettaAnswer answer;
        try
        {
            answer = await GetAsync(Health, withToken: false, cancel);
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed && !cancel.IsCancellationRequested)
        {
            return !_line.IsSecure && failed.Failure is OutboundFailure.NotHttp or OutboundFailure.Cut && await _line.SpeaksTlsAsync(cancel)
                ? new("The port speaks TLS", _findings.TlsExpected())
                : Lost(failed);
        }

        var detail = $"{answer.StatusLine} for GET /{Health}";
        if (answer.Status == (int)HttpStatusCode.Unauthorized && HasToken)
        {
            if (!IsSendable(_target.Token))
            {
                return new(detail, _findings.UnsendableToken());
            }

            // Letta's health asks for nothing, but a proxy in front may guard every path alike.
            answer = await GetAsync(Health, withToken: true, cancel);
            detail = $"{answer.StatusLine} for GET /{Health} with the token; refused without it";
        }

        _health = answer;
        return new(detail, await FindOtherServerAsync(answer, cancel) ?? _findings.FindFault(answer));
    }

    public StepEnd CheckShape()
    {
        var health = _health!;
        if (health.IsTooLong)
        {
            return new($"More than {_limit} bytes", _findings.TooLong(health, _limit));
        }

        if (!health.IsJson)
        {
            return new(health.IsHtml ? "A web page" : "Not JSON", _findings.NotJson(health));
        }

        return health.FindText("version") is { Length: > 0 } && health.FindText("status") is { } status
            ? new($"Letta's health answer, status {status}")
            : new("JSON without Letta's version and status", _findings.NotLetta(health));
    }

    public StepEnd ReadVersion()
    {
        Version = LettaVersion.Read(_health!.FindText("version")!, _clock.GetUtcNow());
        return Version.IsSupported switch
        {
            false => new(
                $"Letta {Version.Text}; V1 was retired on {LettaVersion.V1RetiredText}, its last version is {LettaVersion.LastOfV1}",
                IsWarning: true
            ),
            true => new($"Letta {Version.Text}"),
            null => new($"“{Version.Text}” is not a version number", IsWarning: true),
        };
    }

    public async Task<StepEnd> AuthenticateAsync(CancellationToken cancel)
    {
        var answer = await GetAsync(Count, withToken: false, cancel);
        _isOpen = answer.Status == (int)HttpStatusCode.OK && answer.FindCount() is not null;
        if (_isOpen)
        {
            _count = answer;
            return new("The server answers without a token: it is open to anyone", IsWarning: true);
        }

        if (HasToken)
        {
            if (!IsSendable(_target.Token))
            {
                return new("The token cannot be sent", _findings.UnsendableToken());
            }

            answer = await GetAsync(Count, withToken: true, cancel);
        }

        _count = answer;
        var detail = answer.Status switch
        {
            200 => "The token is required and accepted",
            401 => HasToken ? "The token is not accepted" : "A token is required",
            _ => $"{answer.StatusLine} for GET /{Count}",
        };
        return new(detail, answer.Status == (int)HttpStatusCode.NotFound ? _findings.NotLetta(answer) : _findings.FindFault(answer));
    }

    public StepEnd ReadAgents()
    {
        var answer = _count!;
        if (answer.FindCount() is { } count)
        {
            Agents = count;
            return new(ExchangeFindings.Count(count));
        }

        return new(
            $"GET /{Count} did not return a number",
            answer.IsTooLong ? _findings.TooLong(answer, _limit)
                : answer.IsJson ? _findings.NotLetta(answer)
                : _findings.NotJson(answer)
        );
    }

    public LettaFinding Connected() => _findings.Connected(_count!, Version!, Agents!.Value, _isOpen);

    /// <summary>How a step ends in which the call failed.</summary>
    public StepEnd Lost(OutboundFailedException failed) =>
        failed.Failure switch
        {
            OutboundFailure.NotHttp => new("The answer is not HTTP", _findings.NotHttp()),
            OutboundFailure.Garbled => new("The answer can't be decompressed", _findings.Garbled(failed)),
            OutboundFailure.TooLarge => new("The answer is too large", _findings.TooLarge(failed)),
            _ => new("The connection was interrupted", _findings.HungUp(failed)),
        };

    public void Dispose() => _client.Dispose();

    private static bool IsSendable(string? token) => token!.All(c => c is >= ' ' and < '\x7f');

    private async Task<LettaAnswer> GetAsync(string path, bool withToken, CancellationToken cancel)
    {
        var place = new Uri(_target.BaseAddress, path);
        using var request = new HttpRequestMessage(HttpMethod.Get, place)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (withToken)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_target.Token}");
        }

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        return await LettaAnswer.ReadAsync(response, place, _shown, cancel);
    }

    // The successor answers Letta's paths with "not found" or asks for an upgrade to web sockets.
    private async Task<LettaFinding?> FindOtherServerAsync(LettaAnswer health, CancellationToken cancel)
    {
        if (health.Status is 400 && !_line.IsSecure && await _line.SpeaksTlsAsync(cancel))
        {
            return _findings.TlsExpected() with { Answer = health };
        }

        if (health.Status is not (404 or 405 or 426 or 501))
        {
            return null;
        }

        try
        {
            var sign = await GetAsync("healthz", withToken: false, cancel);
            if (sign.Status != (int)HttpStatusCode.OK || !sign.HasBody("ok"))
            {
                return null;
            }

            var about = await GetAsync("app-server-info", withToken: false, cancel);
            return about.Status == (int)HttpStatusCode.Unauthorized || about.FindText("type") is not null
                ? _findings.AppServer(health, about.FindText("letta_code_version"))
                : null;
        }
        catch (Exception e) when (OutboundFailures.Find(e) is not null && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}
