using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>A folder with log files, and a console that follows them when the test says so.</summary>
internal sealed class FollowedFiles : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-files-").FullName;
    private ServiceProvider? _again;

    private FollowedFiles(LogStore store) => Store = store;

    public LogStore Store { get; }

    public ServiceProvider Services => _again ?? Store.Registry.Services;

    public LogFollower Follower => Services.GetRequiredService<LogFollower>();

    public static async Task<FollowedFiles> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        IEnumerable<KeyValuePair<string, string?>>? settings = null
    ) => new(await LogStore.CreateAsync(database, settings));

    public string PathOf(string name) => Path.Combine(_folder, name);

    public async Task<LogFile> AddAsync(string name, LogFileFormat format = LogFileFormat.Auto, string source = "system", int? id = null)
    {
        await using var registry = Store.Registry.Open();
        var file = new LogFile
        {
            Path = PathOf(name),
            Format = format,
            Source = source,
            SourceId = id,
        };
        registry.Add(file);
        await registry.SaveChangesAsync(Cancel);
        Follower.Forget();
        return file;
    }

    public void Append(string name, string text) => File.AppendAllText(PathOf(name), text);

    /// <summary>All that is there, without waiting for lines that may still go on.</summary>
    public async Task LookAsync()
    {
        while (await Follower.LookAsync(Cancel)) { }
    }

    /// <summary>All that is there, and then, after a while without more, what may have gone on.</summary>
    public async Task SettleAsync()
    {
        await LookAsync();
        Store.Registry.Clock.Advance(TimeSpan.FromSeconds(3));
        await LookAsync();
    }

    /// <summary>As after a kill: nothing is left but what is on the disk.</summary>
    public async Task RestartAsync()
    {
        if (_again is not null)
        {
            await _again.DisposeAsync();
        }

        _again = Store.Registry.BuildConsole(services => services.AddLogs());
    }

    /// <summary>The stored lines, the oldest first.</summary>
    public async Task<IReadOnlyList<LogRow>> RowsAsync()
    {
        var rows = new List<LogRow>();
        LogPlace? from = null;
        while (true)
        {
            var page = await Services.GetRequiredService<LogSearch>().ReadAsync(LogFilter.Everything, from, isForward: true, 1000, Cancel);
            rows.AddRange(page.Items);
            if (!page.HasMore)
            {
                return [.. rows.OrderBy(row => row.Id)];
            }

            from = LogPlace.Of(page.Items[^1]);
        }
    }

    public async Task<string[]> MessagesAsync() => [.. (await RowsAsync()).Select(row => row.Message)];

    public async ValueTask DisposeAsync()
    {
        if (_again is not null)
        {
            await _again.DisposeAsync();
        }

        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
