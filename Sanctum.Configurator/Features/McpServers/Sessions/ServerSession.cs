using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Sessions;

/// <summary>A session with one server, which opens itself.</summary>
/// <param name="elicit">Asks a person what the server wants to know; null where nobody is there.</param>
internal sealed class ServerSession(
    McpConnector connector,
    McpTarget target,
    TimeSpan patience,
    TimeProvider clock,
    Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>>? elicit = null
) : IAsyncDisposable
{
    /// <summary>What a server offers is looked at anew when it was last this long ago.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private McpConnection? _connection;
    private SessionTools? _tools;
    private McpFailure? _failure;
    private int _failures;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private bool _isEnded;

    public DateTimeOffset LastUsed { get; private set; } = clock.GetUtcNow();

    public bool IsOpen => _connection is { IsClosed: false };

    public void Forgive() => (_failures, _notBefore) = (0, DateTimeOffset.MinValue);

    /// <summary>What the server offers, as it was said no longer than a moment ago.</summary>
    /// <exception cref="McpFailedException">It can't be reached.</exception>
    public async Task<SessionTools> ToolsAsync(CancellationToken cancel)
    {
        if (_connection is { IsClosed: false } && _tools is { } known && known.ReadAt + Fresh > clock.GetUtcNow())
        {
            LastUsed = clock.GetUtcNow();
            return known;
        }

        return await InTurnAsync(
            async (connection, token) =>
            {
                if (_tools is { } read && read.ReadAt + Fresh > clock.GetUtcNow())
                {
                    return read;
                }

                var list = connection.HasTools ? await connection.ListToolsAsync(token) : new ToolList([], null, []);
                List<ToolDefinition> all =
                [
                    .. string.IsNullOrEmpty(connection.Instructions)
                        ? []
                        : new[] { ToolDefinition.OfInstructions(connection.Instructions) },
                    .. list.Tools.Select(ToolDefinition.Of),
                ];
                return _tools = new(all, clock.GetUtcNow());
            },
            cancel
        );
    }

    /// <exception cref="McpFailedException">It can't be reached, or the session broke.</exception>
    /// <exception cref="McpException">The server refused the call.</exception>
    public async Task<CallToolResult> CallAsync(
        Tool tool,
        JsonObject arguments,
        IProgress<ProgressNotificationValue>? progress,
        CancellationToken cancel
    )
    {
        var connection = _connection is { IsClosed: false } open ? open : await InTurnAsync((one, _) => Task.FromResult(one), cancel);
        LastUsed = clock.GetUtcNow();
        var (stepUp, asked) = (target.OAuth?.StepUp, target.OAuth?.StepUp.Times);
        try
        {
            return await connection.CallAsync(tool, arguments, progress, cancel);
        }
        catch (Exception e) when (stepUp?.Times > asked && !cancel.IsCancellationRequested)
        {
            await DropAsync(connection);
            throw new McpFailedException(McpFailures.ScopeNeeded(target, stepUp.Scopes ?? ""), e);
        }
        catch (Exception e) when (McpFailures.IsSessionGone(e) && !cancel.IsCancellationRequested)
        {
            await DropAsync(connection);
            throw Gone(e);
        }
        catch (McpException) when (!connection.IsClosed)
        {
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            await DropAsync(connection);
            throw new McpFailedException(McpFailures.OfCall(e, target), e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            _isEnded = true;
            if (_connection is { } connection)
            {
                (_connection, _tools) = (null, null);
                await connection.DisposeAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> InTurnAsync<T>(Func<McpConnection, CancellationToken, Task<T>> act, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        await _turn.WaitAsync(cancel);
        var isOpen = IsOpen;
        try
        {
            LastUsed = clock.GetUtcNow();
            var value = await act(await OpenAsync(either.Token), either.Token);
            (_failures, _failure) = (0, null);
            return value;
        }
        catch (Exception e) when (isOpen && McpFailures.IsSessionGone(e) && !cancel.IsCancellationRequested)
        {
            await CloseAsync(null);
            throw Gone(e);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            var failure = e is OperationCanceledException ? McpFailures.TimedOut(target) : McpFailures.OfCall(e, target);
            await CloseAsync(failure);
            throw new McpFailedException(failure, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private McpFailedException Gone(Exception e) => new(McpFailures.OfCall(e, target) with { IsSessionGone = true }, e);

    private async Task<McpConnection> OpenAsync(CancellationToken cancel)
    {
        if (_connection is { IsClosed: false } open)
        {
            return open;
        }

        if (_isEnded)
        {
            throw new McpFailedException(new(McpVerdict.Cut, $"{target.Place} was changed in the meantime.", "Try again."));
        }

        if (_connection is not null)
        {
            await CloseAsync(null);
        }

        if (_failure is { } failure && _notBefore - clock.GetUtcNow() is { Ticks: > 0 } rest)
        {
            var wait = string.Create(CultureInfo.InvariantCulture, $"The next attempt is possible in {Math.Ceiling(rest.TotalSeconds)} s.");
            throw new McpFailedException(failure with { Hint = $"{failure.Hint} {wait}".Trim() });
        }

        return _connection = await connector.ConnectAsync(target, new McpNegotiation(clock), cancel, elicit);
    }

    private Task DropAsync(McpConnection connection) =>
        ReferenceEquals(_connection, connection) ? DropInTurnAsync(connection) : Task.CompletedTask;

    private async Task DropInTurnAsync(McpConnection connection)
    {
        await _turn.WaitAsync();
        try
        {
            if (ReferenceEquals(_connection, connection))
            {
                await CloseAsync(null);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="failure">Why; null where the next call may try at once.</param>
    private async Task CloseAsync(McpFailure? failure)
    {
        if (failure is not null && _notBefore <= clock.GetUtcNow())
        {
            _failures = Math.Min(_failures + 1, 16);
            var rest = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _failures - 1), LongestRest.TotalSeconds));
            (_failure, _notBefore) = (failure, clock.GetUtcNow() + rest);
        }

        if (_connection is { } connection)
        {
            (_connection, _tools) = (null, null);
            await connection.DisposeAsync();
        }
    }
}
