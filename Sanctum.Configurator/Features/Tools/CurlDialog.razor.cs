using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Reads a pasted cURL command, shows what it would send, and makes a tool of it.</summary>
public sealed partial class CurlDialog
{
    private const int LongestShown = 4000;

    /// <summary>Stands for no agent: ids begin at 1.</summary>
    private const int Everybody = 0;

    private readonly CurlToolForm _form = new();
    private IReadOnlyList<Choice<int>> _agents = [];
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private CurlPreview? _preview;
    private string? _notice;
    private int _agent = Everybody;
    private bool _isBusy;

    [Inject]
    public required ToolService Tools { get; init; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

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

    protected override async Task OnInitializedAsync()
    {
        _context = new(_form);
        _refusals = new(_context);
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
        _agents = [new(Everybody, "everybody (master)"), .. (await Tools.AgentsAsync(CancellationToken.None)).Select(agent => new Choice<int>(agent.Id, agent.Name))];
    }

    private async Task GoOnAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            if (_preview is null)
            {
                Show(ToolService.Preview(_form), preview => _preview = preview);
                return;
            }

            _form.AgentId = _agent == Everybody ? null : _agent;
            Show(await Tools.CreateAsync(_form, CancellationToken.None), Dialogs.Close);
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
