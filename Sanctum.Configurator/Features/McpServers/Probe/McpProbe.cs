using ModelContextProtocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Probe;

/// <summary>
/// Tests an MCP server: comes to an understanding with it and reads its tools. A failing server is a report, never an exception.
/// </summary>
public sealed class McpProbe(McpConnector connector, NearbyServers nearby, TimeProvider clock)
{
    /// <param name="patience">Covers the whole test, whichever step it is spent in.</param>
    /// <param name="onStep">Called with each step when it has ended, on whatever thread the test runs.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was asked for.</exception>
    public Task<McpReport> TestAsync(McpTarget target, TimeSpan patience, Action<McpStep>? onStep, CancellationToken cancel) =>
        new Run(connector, nearby, clock, target, patience, onStep).TestAsync(cancel);

    private sealed class Run(
        McpConnector connector,
        NearbyServers nearby,
        TimeProvider clock,
        McpTarget target,
        TimeSpan patience,
        Action<McpStep>? onStep
    )
    {
        private readonly List<McpStep> _steps = [];
        private readonly long _started = clock.GetTimestamp();

        public async Task<McpReport> TestAsync(CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            using var deadline = new CancellationTokenSource(patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
            try
            {
                return await AskAsync(either.Token);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                var failure = e is OperationCanceledException ? McpFailures.TimedOut(target) : McpFailures.OfCall(e, target);
                return await FailedAsync(failure, either.Token, cancel);
            }
        }

        private async Task<McpReport> AskAsync(CancellationToken cancel)
        {
            var negotiation = new McpNegotiation(clock, attempt => Add(McpStep.Of(attempt)));
            await using var connection = await ConnectAsync(negotiation, cancel);
            var since = clock.GetTimestamp();
            var list = connection.HasTools ? await connection.ListToolsAsync(cancel) : new ToolList([], null, []);
            var definitions = Define(list, connection.Instructions);
            var other = connection.OtherOutput is { } output ? $" It also writes to its output what is no message: “{output}”." : "";
            var names = Summary(list);
            Add(
                new(
                    McpStep.Tools,
                    true,
                    clock.GetElapsedTime(since).TotalMilliseconds,
                    $"{names}{Prefixed(list.Cut)}{Prefixed(LeftOutTools.Sentence(list.LeftOut))}{other}"
                )
                {
                    IsWarning = list.Cut is not null || list.LeftOut.Count > 0 || other.Length > 0 || list.Tools.Count == 0,
                }
            );
            return ReportOf(connection, list, definitions);
        }

        /// <summary>Ends when the deadline has passed, even where a transport does not notice it.</summary>
        private async Task<McpConnection> ConnectAsync(McpNegotiation negotiation, CancellationToken cancel)
        {
            var connecting = connector.ConnectAsync(target, negotiation, cancel);
            try
            {
                return await connecting.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (!connecting.IsCompleted)
            {
                _ = EndLateAsync(connecting);
                throw;
            }
        }

        /// <summary>What comes when nobody waits any more is ended.</summary>
        private static async Task EndLateAsync(Task<McpConnection> connecting)
        {
            try
            {
                await (await connecting).DisposeAsync();
            }
            catch (Exception)
            {
                // The test has ended already, and said that there was no answer in time.
            }
        }

        private McpReport ReportOf(McpConnection connection, ToolList list, IReadOnlyList<ToolDefinition> definitions)
        {
            var server = connection.Server is { } said ? $"{said.Title ?? said.Name} {said.Version}".Trim() : "the server";
            return new(
                list.Tools.Count == 0 ? McpVerdict.NoTools : McpVerdict.Connected,
                list.Tools.Count == 0
                    ? $"{target.Place} answers as {server}, and offers no tools."
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{target.Place} answers as {server} with {list.Tools.Count} {(list.Tools.Count == 1 ? "tool" : "tools")}."
                    ),
                list.Tools.Count == 0
                    ? "Check the server's own configuration: it may need plugins, or a sign-in, before it offers any."
                    : "",
                Elapsed(),
                [.. _steps]
            )
            {
                Era = connection.Era,
                ProtocolVersion = connection.Version,
                Transport = connection.Transport.Text(),
                ServerName = connection.Server?.Name,
                ServerVersion = connection.Server?.Version,
                Instructions = connection.Instructions,
                Definitions = definitions,
            };
        }

        private async Task<McpReport> FailedAsync(McpFailure failure, CancellationToken either, CancellationToken cancel)
        {
            var found = target.Command is null && !either.IsCancellationRequested ? await LookAroundAsync(failure, either, cancel) : null;
            if (_steps.Count == 0 || _steps[^1].Ok == true)
            {
                Add(
                    new(
                        _steps.Count == 0 ? (target.Command is null ? "Connection" : "Program") : McpStep.Tools,
                        false,
                        Elapsed(),
                        failure.Message
                    )
                );
            }

            // Where nothing worked, the last attempt is what failed.
            _steps[^1] = _steps[^1] with
            {
                IsWarning = false,
            };
            return new(
                failure.Verdict,
                failure.Message,
                found is null ? failure.Hint : $"There is an MCP server at {found}. Use that address.",
                Elapsed(),
                [.. _steps]
            )
            {
                SuggestedUrl = found,
                Challenge = failure.Challenge,
            };
        }

        private async Task<string?> LookAroundAsync(McpFailure failure, CancellationToken either, CancellationToken cancel)
        {
            try
            {
                return await nearby.FindAsync(target, failure, either) is { } found ? target.AsTyped(found) : null;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return null;
            }
        }

        private void Add(McpStep step)
        {
            lock (_steps)
            {
                _steps.Add(step);
            }

            onStep?.Invoke(step);
        }

        private double Elapsed() => clock.GetElapsedTime(_started).TotalMilliseconds;

        private static IReadOnlyList<ToolDefinition> Define(ToolList list, string? instructions) =>
            [
                .. string.IsNullOrEmpty(instructions) ? [] : new[] { ToolDefinition.OfInstructions(instructions) },
                .. list.Tools.Select(ToolDefinition.Of),
            ];

        private static string Summary(ToolList list)
        {
            const int Named = 8;
            var names = string.Join(", ", list.Tools.Take(Named).Select(tool => tool.Name));
            return list.Tools.Count == 0 ? "None" : $"{list.Tools.Count}: {names}{(list.Tools.Count > Named ? ", …" : "")}";
        }

        private static string Prefixed(string? sentence) => sentence is null ? "" : $". {sentence}";
    }
}
