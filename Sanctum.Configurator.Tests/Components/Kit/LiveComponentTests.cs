using Bunit;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class LiveComponentTests : KitContext
{
    private readonly Source _source = new();
    private readonly Counting _log = new();

    public LiveComponentTests()
    {
        Services.AddSingleton(_source);
        Services.AddSingleton<ILoggerFactory>(LoggerFactory.Create(builder => builder.AddProvider(_log)));
    }

    [Fact]
    public void It_loads_until_it_is_read()
    {
        _source.Gate = new();
        var page = Render<Page>();

        Assert.Equal("loading", page.Markup);
        _source.Gate.SetResult();

        page.WaitForAssertion(() => Assert.Equal("1 is new", page.Markup));
    }

    [Fact]
    public async Task It_reads_again_when_its_table_changes_and_for_no_other()
    {
        var page = Render<Page>();
        page.WaitForAssertion(() => Assert.Equal("1 is new", page.Markup));
        _source.Text = "changed";

        await Get<Signal<RegistryChange>>().PublishAsync(new(Tables.Tools));
        Assert.Equal("1 is new", page.Markup);
        await Get<Signal<RegistryChange>>().PublishAsync(new(Tables.Agents));

        page.WaitForAssertion(() => Assert.Equal("1 is changed", page.Markup));
    }

    [Fact]
    public void Another_one_is_loaded_anew_and_ends_the_reading_before()
    {
        _source.Gate = new();
        var page = Render<Page>(parameters => parameters.Add(it => it.Id, 1));
        var first = _source.Reading;

        page.Render(parameters => parameters.Add(it => it.Id, 2));

        Assert.True(first.IsCancellationRequested);
        Assert.Equal("loading", page.Markup);
        _source.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal("2 is new", page.Markup));
    }

    [Fact]
    public void The_same_one_is_not_read_again()
    {
        var page = Render<Page>(parameters => parameters.Add(it => it.Id, 1));
        page.WaitForAssertion(() => Assert.Equal("1 is new", page.Markup));

        page.Render(parameters => parameters.Add(it => it.Id, 1));

        Assert.Equal(1, _source.Readings);
    }

    [Fact]
    public async Task What_changes_while_it_is_read_is_read_once_more()
    {
        _source.Gate = new();
        var page = Render<Page>();
        var feed = Get<Signal<RegistryChange>>();
        var told = Enumerable.Range(0, 5).Select(_ => feed.PublishAsync(new(Tables.Agents))).ToList();

        _source.Text = "changed";
        _source.Gate.SetResult();
        await Task.WhenAll(told).WaitAsync(TimeSpan.FromSeconds(30));

        page.WaitForAssertion(() => Assert.Equal("1 is changed", page.Markup));
        Assert.Equal(2, _source.Readings);
    }

    [Fact]
    public async Task What_fails_is_said_and_logged_once_and_can_be_tried_again()
    {
        _source.Failure = new InvalidOperationException("The disk is gone.");
        var page = Render<Page>();
        page.WaitForAssertion(() =>
            Assert.Contains("This could not be loaded", page.Find("[role=alert]").TextContent, StringComparison.Ordinal)
        );

        await PressAsync(page, "Try again");
        page.WaitForAssertion(() => Assert.Equal(2, _source.Readings));
        _source.Failure = null;
        await PressAsync(page, "Try again");

        page.WaitForAssertion(() => Assert.Equal("1 is new", page.Markup));
        Assert.Equal(1, _log.Errors);
    }

    [Fact]
    public async Task Who_leaves_while_it_is_read_ends_the_reading_and_nothing_is_logged()
    {
        _source.Gate = new();
        Render<Page>();

        await DisposeComponentsAsync();

        Assert.True(_source.Reading.IsCancellationRequested);
        _source.Gate.SetResult();
        await Get<Signal<RegistryChange>>().PublishAsync(new(Tables.Agents));
        Assert.Equal(1, _source.Readings);
        Assert.Equal(0, _log.Errors);
    }

    private sealed class Source
    {
        public string Text { get; set; } = "new";

        public Exception? Failure { get; set; }

        /// <summary>Holds reading up.</summary>
        public TaskCompletionSource? Gate { get; set; }

        public CancellationToken Reading { get; private set; }

        public int Readings { get; private set; }

        public async Task<string> ReadAsync(CancellationToken cancel)
        {
            Reading = cancel;
            Readings++;
            await (Gate?.Task.WaitAsync(cancel) ?? Task.CompletedTask);
            return Failure is null ? Text : throw Failure;
        }
    }

    private sealed class Page : LiveComponent
    {
        private string? _text;

        [Microsoft.AspNetCore.Components.Parameter]
        public int Id { get; set; } = 1;

        [Microsoft.AspNetCore.Components.Inject]
        public required Source Source { get; init; }

        protected override object LoadKey => Id;

        protected override void OnInitialized() => Watch(Tables.Agents);

        protected override async Task ReadAsync(CancellationToken cancel) => _text = $"{Id} is {await Source.ReadAsync(cancel)}";

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            if (HasFailed)
            {
                builder.OpenComponent<Failed>(0);
                builder.AddComponentParameter(
                    1,
                    nameof(Failed.OnRetry),
                    Microsoft.AspNetCore.Components.EventCallback.Factory.Create(this, ReloadAsync)
                );
                builder.CloseComponent();
            }
            else
            {
                builder.AddContent(2, IsRead ? _text : "loading");
            }
        }
    }

    private sealed class Counting : ILoggerProvider, ILogger
    {
        public int Errors { get; private set; }

        public ILogger CreateLogger(string categoryName) =>
            categoryName.EndsWith(nameof(Page), StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Errors += logLevel == LogLevel.Error ? 1 : 0;

        public void Dispose() { }
    }
}
