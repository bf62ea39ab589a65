using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Notifying;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>Adds a channel or changes one, and sends a test before it is saved.</summary>
public sealed partial class ChannelDialog : IDisposable
{
    private static readonly IReadOnlyList<Choice<string>> Kinds = [.. ChannelKinds.All.Select(kind => new Choice<string>(kind, ChannelKinds.NameOf(kind)))];
    private static readonly IReadOnlyList<Choice<NoticeLevel>> Levels = [new(NoticeLevel.Info, "Everything"), new(NoticeLevel.Warning, "Warnings and errors"), new(NoticeLevel.Error, "Errors only")];
    private static readonly IReadOnlyList<Choice<bool>> Parts = [new(true, "The whole console"), new(false, "Some parts of it")];
    private static readonly IReadOnlyList<Choice<MailSecurity?>> Securities = [new(MailSecurity.StartTls, "STARTTLS"), new(MailSecurity.Tls, "TLS"), new(MailSecurity.None, "None, for this machine")];

    /// <summary>What the channels themselves raise never leaves.</summary>
    private static readonly IReadOnlyList<string> SourceWords = [.. NoticeSources.All.Where(source => source != NoticeSources.Notifications)];

    private readonly CancellationTokenSource _closed = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private SendVerdict? _notice;
    private string _title = "";
    private string? _quietFrom;
    private string? _quietUntil;
    private bool _isBusy;
    private bool _isTesting;

    [Parameter, EditorRequired]
    public required ChannelForm Form { get; set; }

    /// <summary>What is stored of it; null for a new one.</summary>
    [Parameter]
    public ChannelSettingsView? Stored { get; set; }

    [Inject]
    public required ChannelService Channels { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    private string DefaultPort => Form.Security switch { MailSecurity.Tls => "465", MailSecurity.None => "25", _ => "587" };

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override void OnInitialized()
    {
        _title = Form.Name;
        Form.Security ??= MailSecurity.StartTls;
        _context = new(Form);
        _refusals = new(_context);
        (_quietFrom, _quietUntil) = (TextOf(Form.QuietFrom), TextOf(Form.QuietUntil));
        _context.OnValidationRequested += (_, _) =>
        {
            _refusals.Clear();
            (Form.QuietFrom, Form.QuietUntil) = (TimeIn(_quietFrom, nameof(Form.QuietFrom)), TimeIn(_quietUntil, nameof(Form.QuietUntil)));
        };
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private static string? TextOf(TimeOnly? time) => time is { } at ? NotificationWords.Text(at) : null;

    /// <summary>What can't be read is refused at its field.</summary>
    private TimeOnly? TimeIn(string? text, string field)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time))
        {
            return time;
        }

        _refusals.Add(_context.Field(field), "Write a time, such as 22:00, or leave it empty.");
        return null;
    }

    private string? ErrorOf(string field) => _context.GetValidationMessages(_context.Field(field)).FirstOrDefault();

    private void ChooseAll(bool isAll) => Form.Sources = isAll ? null : SourceWords;

    private async Task TestAsync()
    {
        (_isTesting, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            switch (await Channels.TestAsync(Form.Copy(), _closed.Token))
            {
                case Outcome<SendVerdict>.Done done:
                    _notice = done.Value;
                    _context.NotifyValidationStateChanged();
                    break;
                case Outcome<SendVerdict>.Refused refused:
                    Refuse(refused.Reasons);
                    break;
                default:
                    _notice = new(false, "This channel has been deleted.");
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // The dialog was closed meanwhile.
        }
        finally
        {
            _isTesting = false;
        }
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            switch (await Channels.SaveAsync(Form, dryRun: false, CancellationToken.None))
            {
                case Outcome<ChannelRow>.Done done:
                    Shown.Close($"{done.Value.Name} is saved.");
                    break;
                case Outcome<ChannelRow>.Refused refused:
                    Refuse(refused.Reasons);
                    break;
                case Outcome<ChannelRow>.Stale:
                    _notice = new(false, "Somebody else changed this channel after you opened the form. Cancel and open it again to see the change.");
                    break;
                case Outcome<ChannelRow>.Missing:
                    _notice = new(false, "This channel has been deleted.");
                    break;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (field, reason) in reasons.Where(r => r.Key.Length > 0))
        {
            _refusals.Add(_context.Field(field), reason);
        }

        _notice = reasons.TryGetValue("", out var whole) ? new(false, whole) : null;
        _context.NotifyValidationStateChanged();
    }
}
