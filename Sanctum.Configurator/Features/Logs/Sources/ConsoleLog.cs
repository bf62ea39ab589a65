using System.Diagnostics;
using System.Threading.Channels;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Sources;

/// <summary>
/// The console's own log as lines of the store. Whoever logs never waits: lines go into a queue, and where that is full they are counted
/// and the count is logged. What the store itself says goes to the terminal alone.
/// </summary>
[ProviderAlias("Store")]
internal sealed class ConsoleLog(TimeProvider clock) : ILoggerProvider
{
    private readonly TimeProvider _clock = clock;

    /// <summary>Lines that wait to be stored.</summary>
    public const int Capacity = 20_000;

    private static readonly string StoreItself = typeof(LogWriter).Namespace!;

    private readonly Channel<LogLine> _lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private long _dropped;

    public ChannelReader<LogLine> Lines => _lines.Reader;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <summary>How many lines found no place since this was last asked.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    /// <summary>Counts lines that were taken out and could not be stored.</summary>
    public void Drop(long lines) => Interlocked.Add(ref _dropped, lines);

    public void Dispose() => _lines.Writer.TryComplete();

    private void Add(LogLine line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Drop(1);
        }
    }

    private sealed class Logger(ConsoleLog log, string category) : ILogger
    {
        private readonly bool _isOfTheStore = category.StartsWith(StoreItself, StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => !_isOfTheStore && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            var (source, id) = OriginIn(values);
            log.Add(
                new LogLine(
                    WordOf(logLevel),
                    source,
                    id,
                    formatter(state, exception),
                    Describe(category, eventId, values, exception),
                    log._clock.GetUtcNow(),
                    CorrelationId: Activity.Current?.TraceId.ToHexString()
                ).Fit()
            );
        }

        /// <summary>What names an agent, a tool or a plugin is about it.</summary>
        private static (string Source, int? Id) OriginIn(IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            foreach (var (name, value) in values)
            {
                if (value is int id && name is "AgentId" or "ToolId" or "PluginId")
                {
                    return (name[..^2].ToLowerInvariant(), (int)value);
                }
            }

            return ("system", null);
        }

        private static LogLevelWord WordOf(LogLevel level) =>
            level switch
            {
                LogLevel.Trace or LogLevel.Debug => LogLevelWord.Debug,
                LogLevel.Information => LogLevelWord.Info,
                LogLevel.Warning => LogLevelWord.Warning,
                LogLevel.Error => LogLevelWord.Error,
                _ => LogLevelWord.Critical,
            };

        private static string Describe(
            string category,
            EventId eventId,
            IReadOnlyList<KeyValuePair<string, object?>> values,
            Exception? exception
        )
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                json.WriteString("logger", category);
                if (eventId.Name is { } name)
                {
                    json.WriteString("event", name);
                }

                foreach (var (key, value) in values.Where(value => value.Key != "{OriginalFormat}").DistinctBy(value => value.Key))
                {
                    json.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(key));
                    Write(json, value);
                }

                if (exception is not null)
                {
                    Write(json, exception);
                }

                json.WriteEndObject();
            }

            return Encoding.UTF8.GetString(stream.ToArray());
        }

        private static void Write(Utf8JsonWriter json, object? value)
        {
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case byte or short or int or long:
                    json.WriteNumberValue(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }

        private static void Write(Utf8JsonWriter json, Exception exception)
        {
            json.WriteStartObject("exception");
            json.WriteString("type", exception.GetType().FullName);
            json.WriteString("message", exception.Message);
            json.WriteString("stack", exception.ToString());
            json.WriteEndObject();
        }
    }
}

/// <summary>Stores the console's own log. Where that fails, the terminal has it, and the store gets what still waits once it can.</summary>
internal sealed partial class ConsoleLogWorker(ConsoleLog own, LogWriter writer, TimeProvider clock, ILogger<LogWriter> log)
    : BackgroundService
{
    private const int MostAtOnce = 1000;

    private static readonly TimeSpan UntilTheNextTry = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lines = new List<LogLine>();
        try
        {
            while (await own.Lines.WaitToReadAsync(stoppingToken))
            {
                await StoreAsync(lines, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was logged up to now is stored before the console ends.
            await StoreAsync(lines, CancellationToken.None);
        }
    }

    /// <param name="lines">Those that could not be stored the last time; empty when this returns well.</param>
    private async Task StoreAsync(List<LogLine> lines, CancellationToken cancel)
    {
        while (lines.Count < MostAtOnce && own.Lines.TryRead(out var line))
        {
            lines.Add(line);
        }

        if (own.TakeDropped() is > 0 and var dropped)
        {
            lines.Add(
                new(
                    LogLevelWord.Warning,
                    "system",
                    null,
                    $"{dropped} lines of the console's own log could not be stored and are only on its terminal.",
                    null,
                    clock.GetUtcNow()
                )
            );
        }

        if (lines.Count == 0)
        {
            return;
        }

        try
        {
            await writer.WriteAsync(lines, null, cancel);
            lines.Clear();
        }
        catch (LogsRefusedException)
        {
            await Task.Delay(UntilTheNextTry, clock, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogLost(e, lines.Count);
            own.Drop(lines.Count);
            lines.Clear();
            await Task.Delay(UntilTheNextTry, clock, cancel);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Lines} lines of the console's own log could not be stored")]
    private partial void LogLost(Exception exception, int lines);
}
