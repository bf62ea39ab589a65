using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>Adds a channel or changes one, and sends a test before it is saved.</summary>
public sealed partial class ChannelDialog
{
    private static readonly IReadOnlyList<Choice<string>> Kinds =
    [
        .. ChannelKinds.All.Select(kind => new Choice<string>(kind, ChannelKinds.NameOf(kind))),
    ];
    private static readonly IReadOnlyList<Choice<NoticeLevel>> Levels =
    [
        new(NoticeLevel.Info, "Everything"),
        new(NoticeLevel.Warning, "Warnings and errors"),
        new(NoticeLevel.Error, "Errors only"),
    ];
    private static readonly IReadOnlyList<Choice<bool>> Parts = [new(true, "The whole console"), new(false, "Some parts of it")];
    private static readonly IReadOnlyList<Choice<MailSecurity?>> Securities =
    [
        new(MailSecurity.StartTls, "STARTTLS"),
        new(MailSecurity.Tls, "TLS"),
        new(MailSecurity.None, "None, for this machine"),
    ];

    /// <summary>What the channels themselves raise never leaves.</summary>
    private static readonly IReadOnlyList<string> SourceWords =
    [
        .. NoticeSources.All.Where(source => source != NoticeSources.Notifications),
    ];

    private string _title = "";
    private string? _quietFrom;
    private string? _quietUntil;

    /// <summary>What is stored of it; null for a new one.</summary>
    [Parameter]
    public ChannelSettingsView? Stored { get; set; }

    [Inject]
    public required ChannelService Channels { get; init; }

    private string DefaultPort =>
        Form.Security switch
        {
            MailSecurity.Tls => "465",
            MailSecurity.None => "25",
            _ => "587",
        };

    protected override string Thing => "channel";

    protected override void OnFilled()
    {
        _title = Form.Name;
        Form.Security ??= MailSecurity.StartTls;
        (_quietFrom, _quietUntil) = (TextOf(Form.QuietFrom), TextOf(Form.QuietUntil));
    }

    protected override void ReadTyped() =>
        (Form.QuietFrom, Form.QuietUntil) = (TimeIn(_quietFrom, nameof(Form.QuietFrom)), TimeIn(_quietUntil, nameof(Form.QuietUntil)));

    private static string? TextOf(TimeOnly? time) => time is { } at ? NotificationLabels.Text(at) : null;

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

        State.Refuse(field, "Enter a time, such as 22:00, or leave this empty.");
        return null;
    }

    private void ChooseAll(bool isAll) => Form.Sources = isAll ? null : SourceWords;

    private Task TestAsync() =>
        RunAsync(async () =>
        {
            if (Take(await Channels.TestAsync(Form.Copy(), Closed)) is { } verdict)
            {
                State.Say(verdict.Message, verdict.Ok ? Tone.Good : Tone.Bad);
            }
        });

    protected override Task<Outcome<ChannelRow>> SaveAsync() => Channels.SaveAsync(Form, dryRun: false, CancellationToken.None);

    protected override object Answer(ChannelRow saved) => $"{saved.Name} was saved.";

    protected override Task<ChannelForm?> FindTheirsAsync(ChannelRow current) => Task.FromResult<ChannelForm?>(current.ToForm());
}
