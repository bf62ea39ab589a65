using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Adds a channel or changes one, and tests it before it is saved. Each connector says what it needs to know.</summary>
public sealed partial class ChannelDialog
{
    private const int MostAgents = 20;

    private Choice<int>? _agent;
    private ChannelTest? _test;
    private string _title = "";

    /// <summary>The name of the agent that the form names.</summary>
    [Parameter]
    public string? Agent { get; set; }

    /// <summary>A secret is stored.</summary>
    [Parameter]
    public bool HasSecret { get; set; }

    [Inject]
    public required ChannelReader Reader { get; init; }

    [Inject]
    public required ChannelService Channels { get; init; }

    [Inject]
    public required ChannelTesting Tests { get; init; }

    [Inject]
    public required Connectors Connectors { get; init; }

    private IReadOnlyList<Choice<string>> Kinds => [.. Connectors.All.Select(each => new Choice<string>(each.Name, each.Title))];

    private IConnector? Connector => Connectors.Find(Form.Connector);

    protected override string Thing => "channel";

    protected override void OnFilled()
    {
        _title = Form.Name;
        _agent = Form.AgentId > 0 ? new(Form.AgentId, Agent ?? $"Agent {Form.AgentId}") : null;
        if (Form.Connector.Length == 0)
        {
            Form.Connector = Kinds[^1].Value;
        }
    }

    protected override Task<Outcome<ChannelRow>> SaveAsync() => Channels.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(ChannelRow saved) => $"{saved.Name} was saved.";

    protected override Task<ChannelForm?> FindTheirsAsync(ChannelRow current)
    {
        Agent = current.AgentName;
        return Task.FromResult<ChannelForm?>(current.ToForm());
    }

    private static IReadOnlyList<Step> StepsOf(ChannelTest test) =>
        [
            .. test.Steps.Select(step => new Step(
                step.Name,
                step.Ok ? Tone.Good : Tone.Bad,
                step.Detail,
                TimeSpan.FromMilliseconds(step.Ms)
            )),
        ];

    private void ChooseConnector(string name)
    {
        (Form.Connector, Form.Settings, Form.Secret, _test) = (name, [], null, null);
    }

    private void ChooseAgent(Choice<int>? agent) => (_agent, Form.AgentId, Agent) = (agent, agent?.Value ?? 0, agent?.Text);

    private async Task<IEnumerable<Choice<int>>> FindAgentsAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.AgentsAsync(search, MostAgents, cancel)).Select(agent => (agent.Id, agent.Name)));

    private Task TestAsync() =>
        RunAsync(async () =>
        {
            if ((_test = Take(await Tests.TestAsync(Form, Closed))) is { } test)
            {
                State.Say(test.Message, test.Ok ? Tone.Good : Tone.Bad);
            }
        });
}
