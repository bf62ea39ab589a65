using Bunit;
using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class AskingByDialogTests : KitContext
{
    [Fact]
    public async Task The_button_with_the_verb_answers_yes_and_closes()
    {
        var host = Render<Overlays>();
        var answer = Ask(host, nameToType: null);

        host.WaitForElement(".btn-danger").Click();

        Assert.True(await answer);
        Assert.Empty(host.FindAll("dialog"));
    }

    [Fact]
    public async Task Escape_answers_no()
    {
        var host = Render<Overlays>();
        var answer = Ask(host, nameToType: null);

        await host.WaitForElement("dialog").TriggerEventAsync("oncancel", EventArgs.Empty);

        Assert.False(await answer);
        Assert.Empty(host.FindAll("dialog"));
    }

    [Fact]
    public async Task Leaving_the_page_answers_no()
    {
        var host = Render<Overlays>();
        var answer = Ask(host, nameToType: null);

        Get<NavigationManager>().NavigateTo("/elsewhere");

        Assert.False(await answer);
    }

    [Fact]
    public async Task What_is_deleted_for_good_must_be_typed_first()
    {
        var host = Render<Overlays>();
        var answer = Ask(host, nameToType: "Scribe");

        Assert.True(host.WaitForElement(".btn-danger").HasAttribute("disabled"));
        host.Find("input").Input("Scrib");
        Assert.True(host.Find(".btn-danger").HasAttribute("disabled"));
        host.Find("input").Input("Scribe");
        host.Find(".btn-danger").Click();

        Assert.True(await answer);
    }

    [Fact]
    public void The_dialog_is_named_by_its_title_and_described_by_its_text()
    {
        var host = Render<Overlays>();
        _ = Ask(host, nameToType: null);

        var dialog = host.WaitForElement("dialog");

        Assert.Equal("Delete agent Scribe?", host.Find("#" + dialog.GetAttribute("aria-labelledby")).TextContent);
        Assert.Equal("Its memory is lost.", host.Find("#" + dialog.GetAttribute("aria-describedby")).TextContent);
    }

    [Fact]
    public async Task A_dialog_over_a_dialog_answers_first()
    {
        var host = Render<Overlays>();
        var below = Ask(host, nameToType: null);
        var above = Ask(host, nameToType: null);

        await host.InvokeAsync(() => Get<MudBlazor.IDialogService>().Close(true));

        Assert.True(await above);
        Assert.False(below.IsCompleted);
        Assert.Single(host.FindAll("dialog"));
    }

    private Task<bool> Ask(IRenderedComponent<Overlays> host, string? nameToType)
    {
        Task<bool>? answer = null;
        host.InvokeAsync(() => { answer = Get<Confirm>().AskAsync("Delete agent Scribe?", "Its memory is lost.", "Delete agent", nameToType); });
        return answer!;
    }
}
