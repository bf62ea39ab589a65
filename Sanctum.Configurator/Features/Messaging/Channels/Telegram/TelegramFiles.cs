using System.Net.Http.Json;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Messaging;
using Telegram.Bot.Types;

namespace Sanctum.Configurator.Features.Messaging.Channels.Telegram;

/// <summary>
/// Reads the text files that somebody sends. Their address holds the bot's token, so that nobody is shown it; and a file that can't be had keeps
/// no message back.
/// </summary>
internal sealed partial class TelegramFiles(OutboundHttp http, TimeProvider clock, ILogger<TelegramFiles> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The message with what stands in its file, where that is text.</summary>
    public async Task<IncomingMessage> WithTextAsync(IncomingMessage message, Document? file, OpenChannel channel, CancellationToken cancel)
    {
        var isCommand = message.Text is ['/', ..] && !message.Text.Any(char.IsWhiteSpace);
        if (file is null || isCommand || !TextFiles.IsText(file.FileName, file.MimeType))
        {
            return message;
        }

        var name = file.FileName ?? "file";
        TextFile text;
        try
        {
            text = await ReadAsync(name, file, channel, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogLeftOut(channel.Id, message.ExternalId, e.GetType().Name);
            text = new(name, null, "Telegram did not hand it out. Ask for it once more.");
        }

        return message with
        {
            Text = TextFiles.Add(message.Text, [text], LengthLimits.Message),
        };
    }

    private async Task<TextFile> ReadAsync(string name, Document file, OpenChannel channel, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        var server = TelegramConnector.ServerOf(channel.Settings);
        using var client = TelegramApi.NewHttp(http, server);
        using var answer = await client.PostAsJsonAsync(
            new Uri(server, $"/bot{channel.Secret}/getFile"),
            new Dictionary<string, string> { ["file_id"] = file.FileId },
            either.Token
        );
        answer.EnsureSuccessStatusCode();
        var found = await answer.Content.ReadFromJsonAsync<JsonElement>(either.Token);
        var path = found.GetProperty("result").GetProperty("file_path").GetString() ?? "";
        var place = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        using var content = await client.GetAsync(
            new Uri(server, $"/file/bot{channel.Secret}/{place}"),
            HttpCompletionOption.ResponseHeadersRead,
            either.Token
        );
        content.EnsureSuccessStatusCode();
        await using var stream = await content.Content.ReadAsStreamAsync(either.Token);
        var bytes = new byte[TextFiles.MostBytes + 1];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
        return TextFiles.Read(name, bytes.AsSpan(0, read), read <= TextFiles.MostBytes ? read : file.FileSize);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Channel {Id}: the file of message {Message} could not be read ({Why}); the message was taken without it"
    )]
    private partial void LogLeftOut(int id, string? message, string why);
}
