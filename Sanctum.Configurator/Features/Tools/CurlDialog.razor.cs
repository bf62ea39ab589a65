using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Reads a pasted cURL command, shows what it would send, and makes a tool of it.</summary>
public sealed partial class CurlDialog
{
    private const int LongestShown = 4000;

    private const int MostAgents = 20;

    private readonly CurlToolForm _form = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private CurlPreview? _preview;
    private Choice<int>? _agent;
    private string? _notice;
    private bool _isBusy;

    [Inject]
    public required CurlTools Tools { get; init; }

    [Inject]
    public required ToolReader Reader { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

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
                text.Append('\n').Append(call.IsBase64 ? "(a body that is no text)" : body.Length > LongestShown ? body[..LongestShown] + "\n…" : body);
            }

            return text.ToString();
        }
    }

    protected override void OnInitialized()
    {
        _context = new(_form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private void ChooseAgent(Choice<int>? agent) => (_agent, _form.AgentId) = (agent, agent?.Value);

    private async Task<IEnumerable<Choice<int>>> FindAgentsAsync(string? search, CancellationToken cancel) =>
        Choice.OfNamed((await Reader.AgentsAsync(search, MostAgents, cancel)).Select(agent => (agent.AgentId, agent.Name)));

    private async Task GoOnAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            if (_preview is null)
            {
                Show(CurlTools.Preview(_form), preview => _preview = preview);
                return;
            }

            Show(await Tools.CreateAsync(_form, CancellationToken.None), Shown.Close);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show<T>(Outcome<T> outcome, Action<T> done)
    {
        if (outcome is Outcome<T>.Done ok)
        {
            done(ok.Value);
        }
        else if (outcome is Outcome<T>.Refused refused)
        {
            foreach (var (field, reason) in refused.Reasons.Where(r => r.Key.Length > 0))
            {
                _refusals.Add(_context.Field(field), reason);
            }

            _notice = refused.Reasons.GetValueOrDefault("") ?? (_preview is null ? null : refused.Reasons.Values.First());
            _context.NotifyValidationStateChanged();
        }
    }
}
