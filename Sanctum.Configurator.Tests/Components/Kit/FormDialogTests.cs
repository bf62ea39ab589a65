using System.ComponentModel.DataAnnotations;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class FormDialogTests : KitContext
{
    private const string Overtaken = "Somebody else changed this thing while you had it open.";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Things _things = new();

    public FormDialogTests() => Services.AddSingleton(_things);

    [Fact]
    public async Task What_is_saved_closes_the_dialog_with_its_answer()
    {
        var answer = await OpenAsync();

        Write(Overlays, "Name", "Herald");
        await SendAsync();

        Assert.Equal("Herald was saved.", await answer.WaitAsync(Deadline));
        Overlays.WaitForAssertion(() => Assert.Empty(Overlays.FindAll("[role=dialog]")));
    }

    [Fact]
    public async Task What_breaks_a_rule_is_not_sent()
    {
        await OpenAsync();

        Write(Overlays, "Name", "");
        await SendAsync();

        Overlays.WaitForAssertion(() => Assert.Equal("A thing has a name.", ErrorOf(Overlays, "Name")));
        Assert.Empty(_things.Sent);
    }

    [Fact]
    public async Task What_is_refused_stands_at_its_field_until_it_is_typed_over()
    {
        await OpenAsync();
        _things.Answer = _ => new Outcome<Thing>.Invalid(nameof(ThingForm.Name), "Another thing has this name.");

        await SendAsync();

        Overlays.WaitForAssertion(() => Assert.Equal("Another thing has this name.", ErrorOf(Overlays, "Name")));
        Write(Overlays, "Name", "Herald");
        Overlays.WaitForAssertion(() => Assert.Null(ErrorOf(Overlays, "Name")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("NoSuchField")]
    public async Task What_is_refused_without_a_field_is_said_of_the_whole(string field)
    {
        await OpenAsync();
        _things.Answer = _ => new Outcome<Thing>.Invalid(field, "You may not.");

        await SendAsync();

        Overlays.WaitForAssertion(() => Assert.Equal("You may not.", Overlays.Find("[role=dialog] [role=alert]").TextContent.Trim()));
    }

    [Fact]
    public async Task What_was_said_before_is_gone_when_it_is_sent_again()
    {
        var answer = await OpenAsync();
        _things.Answer = _ => new Outcome<Thing>.Invalid("", "You may not.");
        await SendAsync();
        Overlays.WaitForElement("[role=dialog] [role=alert]");

        _things.Answer = Things.Save;
        await SendAsync();

        Assert.Equal("Scribe was saved.", await answer.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Whoever_was_overtaken_sees_the_other_values_and_saves_over_them()
    {
        var answer = await OpenAsync();
        Write(Overlays, "Name", "Mine");
        _things.Now = new("Theirs", 2);

        await SendAsync();
        Says(Overtaken);
        await PressAsync(Overlays, "Show theirs");
        Shows("Theirs");
        Write(Overlays, "Name", "Ours");
        await SendAsync();

        Assert.Equal("Ours was saved.", await answer.WaitAsync(Deadline));
        Assert.Equal(2, _things.Sent[^1].Version);
    }

    [Fact]
    public async Task What_was_typed_is_not_lost_by_looking_at_the_other_values()
    {
        var answer = await OpenAsync();
        Write(Overlays, "Name", "Mine");
        _things.Now = new("Theirs", 2);

        await SendAsync();
        Says(Overtaken);
        await PressAsync(Overlays, "Show theirs");
        Shows("Theirs");
        await PressAsync(Overlays, "Show mine");
        Shows("Mine");
        await SendAsync();

        Assert.Equal("Mine was saved.", await answer.WaitAsync(Deadline));
        Assert.Equal(2, _things.Sent[^1].Version);
    }

    [Fact]
    public async Task What_is_deleted_meanwhile_can_not_be_saved()
    {
        await OpenAsync();
        _things.Now = null;

        await SendAsync();

        Says("This thing has been deleted.");
    }

    [Fact]
    public async Task What_is_deleted_while_one_decides_is_said_too()
    {
        await OpenAsync();
        _things.Now = new("Theirs", 2);
        await SendAsync();
        Says(Overtaken);
        _things.Now = null;

        await PressAsync(Overlays, "Show theirs");

        Says("This thing has been deleted.");
    }

    [Fact]
    public async Task It_is_sent_once_while_it_is_under_way()
    {
        var answer = await OpenAsync();
        _things.Gate = new();

        await SendAsync();

        Overlays.WaitForAssertion(() => Assert.True(Button(Overlays, "Save").HasAttribute("disabled")));
        Assert.Equal("true", Button(Overlays, "Save").GetAttribute("aria-busy"));
        _things.Gate.SetResult();
        Assert.Equal("Scribe was saved.", await answer.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Closing_ends_what_it_waits_for_and_answers_nothing()
    {
        var answer = await OpenAsync();
        _things.Gate = new();
        await SendAsync();

        await PressAsync(Overlays, "Cancel");

        Assert.Null(await answer.WaitAsync(Deadline));
        Overlays.WaitForAssertion(() => Assert.True(_things.Waiting.IsCancellationRequested));
    }

    /// <summary>As the button does in a browser, which names the form; what it does goes on by itself.</summary>
    private Task SendAsync() => Overlays.InvokeAsync(() => Dialog(Overlays).QuerySelector("form")!.Submit());

    private void Says(string sentence) =>
        Overlays.WaitForAssertion(() => Assert.Contains(sentence, Dialog(Overlays).TextContent, StringComparison.Ordinal));

    private void Shows(string name) => Overlays.WaitForAssertion(() => Assert.Equal(name, Field(Overlays, "Name").GetAttribute("value")));

    /// <summary>Opens it on the thing as it is; the inner task is its answer.</summary>
    private async Task<Task<string?>> OpenAsync()
    {
        Task<string?>? answer = null;
        await Overlays.InvokeAsync(() =>
        {
            answer = Get<IDialogService>()
                .AskAsync<ThingDialog, string>(new Dictionary<string, object?> { [nameof(ThingDialog.Form)] = ThingForm.Of(_things.Now!) });
        });
        Overlays.WaitForElement("[role=dialog]");
        return answer!;
    }

    private sealed record Thing(string Name, int Version);

    private sealed class ThingForm
    {
        [Required(ErrorMessage = "A thing has a name.")]
        public string? Name { get; set; }

        public int Version { get; set; }

        public static ThingForm Of(Thing thing) => new() { Name = thing.Name, Version = thing.Version };
    }

    /// <summary>One thing, which others change too.</summary>
    private sealed class Things
    {
        public Thing? Now { get; set; } = new("Scribe", 1);

        public List<ThingForm> Sent { get; } = [];

        public Func<ThingForm, Outcome<Thing>>? Answer { get; set; }

        /// <summary>Holds saving up.</summary>
        public TaskCompletionSource? Gate { get; set; }

        public CancellationToken Waiting { get; private set; }

        public static Outcome<Thing> Save(ThingForm form) => new Outcome<Thing>.Ok(new(form.Name!, form.Version + 1));

        public async Task<Outcome<Thing>> SaveAsync(ThingForm form, CancellationToken cancel)
        {
            Waiting = cancel;
            Sent.Add(ThingForm.Of(new(form.Name!, form.Version)));
            await (Gate?.Task.WaitAsync(cancel) ?? Task.CompletedTask);
            return Answer?.Invoke(form)
                ?? (
                    Now is null ? new Outcome<Thing>.NotFound()
                    : Now.Version != form.Version ? new Outcome<Thing>.Conflict(Now)
                    : Save(form)
                );
        }
    }

    private sealed class ThingDialog : FormDialog<ThingForm, Thing>
    {
        [Inject]
        public required Things Things { get; init; }

        protected override string Thing => "thing";

        protected override Task<Outcome<Thing>> SaveAsync() => Things.SaveAsync(Form, Closed);

        protected override object Answer(Thing saved) => $"{saved.Name} was saved.";

        protected override Task<ThingForm?> FindTheirsAsync(Thing current) =>
            Task.FromResult(Things.Now is { } now ? ThingForm.Of(now) : null);

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<FormFrame>(0);
            builder.AddComponentParameter(1, nameof(FormFrame.Dialog), this);
            builder.AddComponentParameter(2, nameof(FormFrame.Title), "Edit thing");
            builder.AddComponentParameter(
                3,
                nameof(FormFrame.ChildContent),
                (RenderFragment)(
                    fields =>
                    {
                        fields.OpenComponent<MudTextField<string?>>(0);
                        fields.AddComponentParameter(1, nameof(MudTextField<>.Value), Form.Name);
                        fields.AddComponentParameter(
                            2,
                            nameof(MudTextField<>.ValueChanged),
                            EventCallback.Factory.Create<string?>(this, name => Form.Name = name)
                        );
                        fields.AddComponentParameter(
                            3,
                            nameof(MudTextField<>.For),
                            (System.Linq.Expressions.Expression<Func<string?>>)(() => Form.Name)
                        );
                        fields.AddComponentParameter(4, nameof(MudTextField<>.Label), "Name");
                        fields.AddComponentParameter(5, nameof(MudTextField<>.Immediate), true);
                        fields.CloseComponent();
                    }
                )
            );
            builder.CloseComponent();
        }
    }
}
