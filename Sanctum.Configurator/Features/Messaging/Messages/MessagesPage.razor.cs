using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>All messages: searched and filtered, as a list or as a conversation.</summary>
public sealed partial class MessagesPage
{
    private static readonly IReadOnlyList<Choice<string>> States =
    [
        new("", "Every state"),
        .. Enum.GetValues<MessageState>().Select(state => new Choice<string>(EnumText<MessageState>.Of(state), MessageLabels.Text(state))),
    ];

    private static readonly IReadOnlyList<Choice<string>> Spans =
    [
        new("", "All time"),
        new("1d", "Last 24 hours"),
        new("7d", "Last 7 days"),
        new("30d", "Last 30 days"),
    ];

    private IReadOnlyList<Choice<string>> _agents = [new("", "Every agent")];
    private IReadOnlyList<Choice<string>> _channels = [new("", "Every channel")];
    private PersonName? _person;
    private DateTimeOffset _now;
    private readonly TypedSearch _search = new();
    private string? _problem;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "person")]
    public string? Person { get; set; }

    [SupplyParameterFromQuery(Name = "agent")]
    public string? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "channel")]
    public string? Channel { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "time")]
    public string? Span { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    [SupplyParameterFromQuery(Name = "message")]
    public string? Message { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    public string? Before { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    public string? After { get; set; }

    [Inject]
    public required MessageReader Messages { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override object LoadKey => (Q, Person, Agent, Channel, State, Span);

    private int? Open => NumberIn(Message);

    private bool HasConversation => Filter.PersonId is not null || Filter.AgentId is not null;

    private bool IsConversation => View == "conversation" && HasConversation;

    private MessageFilter Filter =>
        new(
            string.IsNullOrWhiteSpace(Q) ? null : Q,
            NumberIn(Person),
            NumberIn(Agent),
            NumberIn(Channel),
            EnumText<MessageState>.Find(State),
            Span switch
            {
                "1d" => _now.AddDays(-1),
                "7d" => _now.AddDays(-7),
                "30d" => _now.AddDays(-30),
                _ => null,
            }
        );

    protected override void OnInitialized()
    {
        _search.Show(Q);
        _now = Clock.GetUtcNow();
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _search.Show(Q);
        var choices = await Messages.ChoicesAsync(cancel);
        _agents = [new("", "Every agent"), .. choices.Agents.Select(agent => new Choice<string>($"{agent.Id}", agent.Name))];
        _channels = [new("", "Every channel"), .. choices.Channels.Select(channel => new Choice<string>($"{channel.Id}", channel.Name))];
        _person = NumberIn(Person) is { } id ? await Messages.PersonAsync(id, cancel) : null;
    }

    protected override void Dispose(bool isDisposing)
    {
        _search.Dispose();
        base.Dispose(isDisposing);
    }

    private static int? NumberIn(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private void Say(string? problem) => _problem = problem;

    private void Choose(string key, string? value)
    {
        _now = Clock.GetUtcNow();
        Navigation.Show((key, value), ("before", null), ("after", null));
    }

    private async Task TypeAsync(string? text)
    {
        if (await _search.TypeAsync(text, Clock))
        {
            Navigation.NavigateTo(Navigation.UrlWith(("q", text?.Trim()), ("before", null), ("after", null)), replace: true);
        }
    }
}
