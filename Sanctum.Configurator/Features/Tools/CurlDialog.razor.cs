using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Reads a pasted cURL command, shows what it would send, and makes a tool of it.</summary>
public sealed partial class CurlDialog
{
    private const int LongestShown = 4000;

    private const int MostAgents = 20;

    private CurlPreview? _preview;
    private Choice<int>? _agent;

    [Inject]
    public required CurlTools Tools { get; init; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [Inject]
    public required IEnumerable<CurlExample> Examples { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string Host => Uri.TryCreate(_preview?.Call.Url, UriKind.Absolute, out var url) ? url.Authority : "";

    private string RequestText
    {
        get
        {
            var call = _preview!.Call;
            var text = new StringBuilder($"{call.Method} {call.Url}\n");
            foreach (var header in call.Headers)
            {
                text.Append(header[0]).Append(": ").Append(header[1]).Append('\n');
            }

            if (call.Body is { } body)
            {
                text.Append('\n')
                    .Append(
                        call.IsBase64 ? "(binary body)"
                        : body.Length > LongestShown ? body[..LongestShown] + "\n…"
                        : body
                    );
            }

            return text.ToString();
        }
    }

    protected override string Thing => "tool";

    private EventCallback Back => _preview is null ? default : EventCallback.Factory.Create(this, () => _preview = null);

    private void Take(CurlExample example) =>
        (Form.Command, Form.Name) = (example.CommandAt(Navigation.BaseUri.TrimEnd('/')), example.Name);

    private void ChooseAgent(Choice<int>? agent) => (_agent, Form.AgentId) = (agent, agent?.Value);

    private async Task<IEnumerable<Choice<int>>> FindAgentsAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.AgentsAsync(search, MostAgents, cancel)).Select(agent => (agent.AgentId, agent.Name)));

    /// <summary>Shows first what the command would send.</summary>
    protected override async Task<Outcome<ToolRow>> SaveAsync()
    {
        if (_preview is not null)
        {
            return await Tools.CreateAsync(Form, CancellationToken.None);
        }

        _preview = Take(CurlTools.Preview(Form));
        return NotYet;
    }

    /// <summary>The command's own field is not there any more when it is previewed.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) =>
        base.Refuse(
            _preview is null
                ? reasons
                : reasons.ToDictionary(reason => reason.Key == nameof(Form.Command) ? "" : reason.Key, reason => reason.Value)
        );
}
