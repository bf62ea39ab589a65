using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using MudBlazor.Services;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class AskingByDialogTests : KitContext
{
    [Fact]
    public async Task The_button_with_the_verb_answers_yes_and_closes()
    {
        var answer = await AskAsync();

        await PressAsync(Overlays, "Delete agent");

        Assert.True(await answer);
        AssertClosed();
    }

    [Theory]
    [InlineData("Cancel")]
    [InlineData("Close")]
    public async Task Whoever_presses_another_button_answers_no(string button)
    {
        var answer = await AskAsync();

        await PressAsync(Overlays, button);

        Assert.False(await answer);
        AssertClosed();
    }

    [Fact]
    public async Task Escape_answers_no()
    {
        var answer = await AskAsync();

        // As the library's script tells it, which listens for the whole dialog.
        var listener = Dialog(Overlays).ParentElement!.Id!;
        await Overlays.InvokeAsync(() =>
            Get<IKeyInterceptorService>().DispatchAsync(listener, KeyEventKind.Down, new() { Key = "Escape" })
        );

        Assert.False(await answer);
        AssertClosed();
    }

    [Fact]
    public async Task Leaving_the_page_answers_no()
    {
        var answer = await AskAsync();

        Get<NavigationManager>().NavigateTo("/elsewhere");

        Assert.False(await answer);
        AssertClosed();
    }

    [Fact]
    public async Task What_is_deleted_for_good_must_be_typed_first()
    {
        var answer = await AskAsync(nameToType: "Scribe");

        Assert.True(Button(Overlays, "Delete agent").HasAttribute("disabled"));
        Write(Overlays, "Type Scribe to confirm", "Scrib");
        Assert.True(Button(Overlays, "Delete agent").HasAttribute("disabled"));
        Write(Overlays, "Type Scribe to confirm", "Scribe");
        await PressAsync(Overlays, "Delete agent");

        Assert.True(await answer);
    }

    [Fact]
    public async Task The_dialog_is_named_by_its_title_and_says_what_it_would_do()
    {
        _ = await AskAsync();

        var dialog = Dialog(Overlays);

        Assert.Equal("Delete agent Scribe?", dialog.GetAttribute("aria-label"));
        Assert.Equal("Delete agent Scribe?", dialog.QuerySelector("h2")!.TextContent);
        Assert.Contains("Its memory is lost.", dialog.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dialog_over_a_dialog_answers_first()
    {
        var below = await AskAsync();
        var above = await AskAsync();

        await Overlays.FindAll("button").Last(button => button.TextContent.Trim() == "Delete agent").ClickAsync(new());

        Assert.True(await above);
        Assert.False(below.IsCompleted);
        Overlays.WaitForAssertion(() => Assert.Single(Overlays.FindAll("[role=dialog]")));
    }

    [Fact]
    public async Task What_was_cancelled_answers_with_nothing()
    {
        Task<string?>? answer = null;
        var named = new Dictionary<string, object?> { [nameof(ConfirmDialog.Title)] = "A name?" };
        await Overlays.InvokeAsync(() =>
        {
            answer = Get<IDialogService>().AskAsync<ConfirmDialog, string>(named);
        });

        await PressAsync(Overlays, "Cancel");

        Assert.Null(await answer!);
    }

    private void AssertClosed() => Overlays.WaitForAssertion(() => Assert.Empty(Overlays.FindAll("[role=dialog]")));

    /// <summary>Opens the question; the inner task is its answer.</summary>
    private async Task<Task<bool>> AskAsync(string? nameToType = null)
    {
        Task<bool>? answer = null;
        await Overlays.InvokeAsync(() =>
        {
            answer = Get<Confirm>().AskAsync("Delete agent Scribe?", "Its memory is lost.", "Delete agent", nameToType);
        });
        Overlays.WaitForElement("[role=dialog]");
        return answer!;
    }
}
