using Sanctum.Configurator.Features.Conversations;

namespace Sanctum.Configurator.Tests.Features.Conversations;

public sealed class WritingMessagesTests
{
    [Theory]
    [InlineData("Hello", "")]
    [InlineData("Hello And how are you?", " And how are you?")]
    [InlineData("Something else", "Something else")]
    public void What_is_written_while_a_message_is_sent_stays(string now, string left)
    {
        var draft = new ComposerDraft { Text = "Hello" };
        draft.Files.Add(new() { Name = "sent.txt", Text = "1" });
        draft.ToForm();
        draft.Text = now;
        draft.Files.Add(new() { Name = "later.txt", Text = "2" });

        draft.TakeOutSent();

        Assert.Equal(left, draft.Text);
        Assert.Equal("later.txt", Assert.Single(draft.Files).Name);
    }
}
