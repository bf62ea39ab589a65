using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Runs a tool instance once and says how it ended. Its secrets are put in just before the call and taken out of what is shown.</summary>
public sealed partial class ToolRunner(
    IDbContextFactory<RegistryDbContext> registries, OutboundHttp http, SecretBox secrets, CurrentUser caller, TimeProvider clock, ILogger<ToolRunner> log)
{
    private const int MostRedirects = 10;
    private const int LongestShown = 64 * 1024;
    private const string Hidden = "••••";

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UsualRun = TimeSpan.FromSeconds(30);

    public async Task<Outcome<ToolRun>> RunAsync(int instanceId, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<ToolRun>.Refused("", "You may not run tools.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.ToolInstances.SingleOrDefaultAsync(i => i.Id == instanceId, cancel) is not { } instance)
        {
            return new Outcome<ToolRun>.Missing();
        }

        var tool = await registry.Tools.SingleAsync(t => t.Id == instance.ToolId, cancel);
        if (!tool.IsEnabled || !instance.IsActive)
        {
            return new Outcome<ToolRun>.Refused("", $"{tool.Name} is disabled. Enable it first.");
        }

        if (HttpCall.Find(instance.Config) is not { } call)
        {
            return new Outcome<ToolRun>.Refused("", $"The configuration of {instance.Name} is not an HTTP request that this console can make.");
        }

        var (values, problem) = await SecretsAsync(registry, instance, call, cancel);
        if (problem is not null)
        {
            return new Outcome<ToolRun>.Refused("", problem);
        }

        var run = Hide(await CallAsync(call.Fill(values), cancel), values.Values);
        await KeepAsync(registry, tool, instance, run);
        LogRun(instanceId, run.Status, run.Milliseconds);
        return new Outcome<ToolRun>.Done(run);
    }

    private async Task<(Dictionary<string, string> Values, string? Problem)> SecretsAsync(RegistryDbContext registry, ToolInstance instance, HttpCall call, CancellationToken cancel)
    {
        var stored = await registry.Configurations.AsNoTracking().Where(c => c.Scope == "instance" && c.ScopeId == instance.Id).ToListAsync(cancel);
        var values = new Dictionary<string, string>();
        foreach (var name in call.Secrets)
        {
            var row = stored.FirstOrDefault(c => c.Key == HttpCall.KeyOf(name));
            try
            {
                if (row is null || secrets.Open(row.Value, SecretAdoption.PlaceOf(row)) is not { Length: > 0 } value)
                {
                    return (values, $"The secret {name} of {instance.Name} is not set: the command named it and did not say it. Paste the command again with its value.");
                }

                values[name] = value;
            }
            catch (SecretUnreadableException e)
            {
                return (values, e.Message);
            }
        }

        return (values, null);
    }

    private async Task<ToolRun> CallAsync(HttpCall call, CancellationToken cancel)
    {
        var clockwork = Stopwatch.StartNew();
        var limit = call.TimeoutSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRun.TotalSeconds)) : UsualRun;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        given.CancelAfter(limit);
        try
        {
            using var client = http.CreateClient();
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var answer = await SendAsync(client, call, given.Token);
            var (body, isCut) = await ReadAsync(answer.Content, given.Token);
            var status = (int)answer.StatusCode;
            return new(
                answer.IsSuccessStatusCode, status, MessageOf(answer), clockwork.Elapsed.TotalMilliseconds, answer.Content.Headers.ContentType?.ToString(), body, isCut);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"No whole answer came within {limit.TotalSeconds:0.#} seconds. Is the server up, or is --max-time too short?"));
        }
        catch (Exception e) when (e is HttpRequestException or OutboundRefusedException or IOException or FormatException or UriFormatException)
        {
            return Failed((e.InnerException as OutboundRefusedException)?.Message ?? e.Message);
        }

        ToolRun Failed(string message) => new(false, null, message, clockwork.Elapsed.TotalMilliseconds, null, null, false);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpCall call, CancellationToken cancel)
    {
        var (url, first) = (new Uri(call.Url), new Uri(call.Url));
        for (var redirects = 0; ; redirects++)
        {
            using var request = RequestOf(call, url);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!call.FollowRedirects || redirects >= MostRedirects || (int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } place)
            {
                return answer;
            }

            var next = new Uri(url, place);
            if (Uri.Compare(next, first, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) != 0)
            {
                return answer;
            }

            if ((int)answer.StatusCode is 303 || ((int)answer.StatusCode is 301 or 302 && call.Method == "POST"))
            {
                call = call with { Method = "GET", Body = null };
            }

            url = next;
            answer.Dispose();
        }
    }

    private static HttpRequestMessage RequestOf(HttpCall call, Uri url)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), url);
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(call.IsBase64 ? Convert.FromBase64String(body) : Encoding.UTF8.GetBytes(body));
        }

        foreach (var header in call.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header[0], header[1]))
            {
                request.Content?.Headers.Remove(header[0]);
                request.Content?.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
        }

        return request;
    }

    private static string MessageOf(HttpResponseMessage answer) => answer switch
    {
        { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest, Headers.Location: { } place } =>
            $"The server points to {(place.IsAbsoluteUri ? place.GetLeftPart(UriPartial.Path) : "another address")}, which was not followed.",
        { IsSuccessStatusCode: true } => $"{(int)answer.StatusCode} {answer.ReasonPhrase}",
        _ => $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}.",
    };

    /// <summary>The beginning of a text; null for what is no text.</summary>
    private static async Task<(string? Text, bool IsCut)> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var source = await content.ReadAsStreamAsync(cancel);
        var bytes = new byte[LongestShown + 1];
        var length = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        var shown = bytes.AsSpan(0, Math.Min(length, LongestShown));
        return length == 0 || shown.Contains((byte)0) ? (null, false) : (EncodingOf(content.Headers.ContentType).GetString(shown), length > LongestShown);
    }

    private static Encoding EncodingOf(MediaTypeHeaderValue? type)
    {
        try
        {
            return type?.CharSet is { Length: > 0 } name ? Encoding.GetEncoding(name.Trim('"')) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    /// <summary>Servers repeat what they were sent.</summary>
    private static ToolRun Hide(ToolRun run, IEnumerable<string> values)
    {
        foreach (var value in values.OrderByDescending(value => value.Length))
        {
            run = run with { Body = run.Body?.Replace(value, Hidden, StringComparison.Ordinal), Message = run.Message.Replace(value, Hidden, StringComparison.Ordinal) };
        }

        return run;
    }

    private async Task KeepAsync(RegistryDbContext registry, Tool tool, ToolInstance instance, ToolRun run)
    {
        instance.LastRun = clock.GetUtcNow();
        instance.Status = tool.Status = run.Ok ? RunState.Healthy : RunState.Degraded;
        try
        {
            await registry.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateConcurrencyException e)
        {
            // Somebody changed the tool meanwhile: the call was made all the same, and its result is shown.
            LogNotKept(e, instance.Id);
        }
    }

    [LoggerMessage(LogLevel.Information, "Tool instance {InstanceId} was run: status {Status} after {Milliseconds} ms")]
    private partial void LogRun(int instanceId, int? status, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "How tool instance {InstanceId} ran could not be written onto its row")]
    private partial void LogNotKept(Exception exception, int instanceId);
}
