using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Logging;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

/// <summary>What the console asks of its fields, whoever draws them.</summary>
public sealed class FillingFieldsTests : KitContext
{
    private readonly Form _form = new();

    [Fact]
    public void A_secret_is_hidden_until_it_is_asked_for()
    {
        var field = Render<SecretField>(f => f.Add(t => t.Label, "API key").Add(t => t.Value, "sk-1"));
        Assert.Equal("password", Field(field, "API key").GetAttribute("type"));

        Button(field, "Show what is typed into API key").Click();
        Assert.Equal("text", Field(field, "API key").GetAttribute("type"));
        Button(field, "Show what is typed into API key").Click();

        Assert.Equal("password", Field(field, "API key").GetAttribute("type"));
    }

    [Fact]
    public void A_secret_that_is_stored_is_said_to_be_and_what_is_typed_is_told_at_once()
    {
        string? told = null;
        var field = Render<SecretField>(f =>
            f.Add(t => t.Label, "API key")
                .Add(t => t.IsSet, true)
                .Add(t => t.Id, "key")
                .Add(t => t.Name, "openai_api_key")
                .Add(t => t.ValueChanged, typed => told = typed)
        );

        var control = Field(field, "API key");
        Assert.Equal(
            ("key", "openai_api_key", "new-password"),
            (control.Id, control.GetAttribute("name"), control.GetAttribute("autocomplete"))
        );
        Assert.Equal("Saved. Type to replace it.", control.GetAttribute("placeholder"));
        Write(field, "API key", "sk-2");

        Assert.Equal("sk-2", told);
    }

    [Fact]
    public void A_secret_that_is_disabled_has_nothing_to_show()
    {
        var field = Render<SecretField>(f => f.Add(t => t.Label, "API key").Add(t => t.Disabled, true));

        Assert.True(Field(field, "API key").HasAttribute("disabled"));
        Assert.False(HasButton(field, "Show what is typed into API key"));
    }

    [Fact]
    public void Help_and_error_describe_a_secret()
    {
        var field = Render<SecretField>(f => f.Add(t => t.Label, "API key").Add(t => t.Help, "Of the provider."));
        Assert.Null(ErrorOf(field, "API key"));
        Assert.Contains("Of the provider.", field.Markup, StringComparison.Ordinal);

        field.Render(f => f.Add(t => t.Error, "It is too short."));

        Assert.Equal("It is too short.", ErrorOf(field, "API key"));
    }

    [Fact]
    public async Task The_message_of_a_form_is_shown_by_the_field_it_is_for()
    {
        var form = Show(_ =>
            builder =>
            {
                builder.OpenComponent<SecretField>(0);
                builder.AddAttribute(1, nameof(SecretField.Label), "Token");
                builder.AddAttribute(2, nameof(SecretField.Value), _form.Name);
                builder.AddAttribute(
                    3,
                    nameof(SecretField.ValueChanged),
                    EventCallback.Factory.Create<string>(this, typed => _form.Name = typed)
                );
                builder.AddAttribute(4, nameof(SecretField.ValueExpression), (Expression<Func<string?>>)(() => _form.Name));
                builder.CloseComponent();
            }
        );
        Assert.Equal(nameof(Form.Name), Field(form, "Token").GetAttribute("name"));

        await form.Find("form").SubmitAsync();
        form.WaitForAssertion(() => Assert.Equal("Enter a name.", ErrorOf(form, "Token")));
        Write(form, "Token", "Scribe");

        form.WaitForAssertion(() => Assert.Null(ErrorOf(form, "Token")));
        Assert.Equal("Scribe", _form.Name);
    }

    [Theory]
    [InlineData("3o")]
    [InlineData("99999999999")]
    public void What_is_no_number_stays_to_be_mended_and_is_not_told(string typed)
    {
        var form = ShowNumber();

        Write(form, "Time-out", typed);

        Assert.Equal(typed, Field(form, "Time-out").GetAttribute("value"));
        Assert.Equal(30, _form.Seconds);
        Assert.NotEmpty(ErrorOf(form, "Time-out")!);
        Write(form, "Time-out", "30");
        Assert.Null(ErrorOf(form, "Time-out"));
        Write(form, "Time-out", "45");
        Assert.Equal(45, _form.Seconds);
    }

    [Fact]
    public void What_is_wrong_describes_a_number_that_is_in_no_form()
    {
        var field = Render<NumberField<int>>(number => number.Add(n => n.Label, "Days").Add(n => n.Immediate, true).Add(n => n.Value, 3));

        Write(field, "Days", "many");
        Assert.NotEmpty(ErrorOf(field, "Days")!);
        Write(field, "Days", "4");
        Assert.Null(ErrorOf(field, "Days"));
        field.Render(number => number.Add(n => n.Error, true).Add(n => n.ErrorText, "From 1 to 3."));

        Assert.Equal("From 1 to 3.", ErrorOf(field, "Days"));
    }

    [Fact]
    public void An_empty_number_is_not_taken_for_nought()
    {
        var form = ShowNumber();

        Write(form, "Time-out", "");
        Assert.Equal(30, _form.Seconds);
        Field(form, "Time-out").Blur();

        Assert.Equal("30", Field(form, "Time-out").GetAttribute("value"));
    }

    [Theory]
    [InlineData("0", "From 1 to 600.")]
    [InlineData("1", null)]
    [InlineData("600", null)]
    [InlineData("601", "From 1 to 600.")]
    public void A_number_outside_of_its_limits_is_marked(string typed, string? error)
    {
        var form = ShowNumber();

        Write(form, "Time-out", typed);

        Assert.Equal(error, ErrorOf(form, "Time-out"));
    }

    [Fact]
    public void A_choice_is_shown_by_its_text_and_told_as_its_value()
    {
        LogLevel? told = null;
        var field = Render<MudSelect<LogLevel>>(select =>
            select
                .Add(s => s.Label, "Log level")
                .Add(s => s.Strict, true)
                .Add(s => s.Value, LogLevel.Error)
                .Add(s => s.ValueChanged, level => told = level)
                .Add(
                    s => s.ChildContent,
                    builder =>
                    {
                        foreach (var choice in Choice.AllOf<LogLevel>())
                        {
                            builder.OpenComponent<MudSelectItem<LogLevel>>(0);
                            builder.AddAttribute(1, nameof(MudSelectItem<>.Value), choice.Value);
                            builder.AddAttribute(2, nameof(MudSelectItem<>.ChildContent), Text(choice.Text + " and worse"));
                            builder.CloseComponent();
                        }
                    }
                )
        );
        field.WaitForAssertion(() => Assert.Equal("Error and worse", Field(field, "Log level").TextContent.Trim()));

        Choose(field, "Log level", "Warning and worse");

        Assert.Equal(LogLevel.Warning, told);
        field.WaitForAssertion(() => Assert.Equal("Warning and worse", Field(field, "Log level").TextContent.Trim()));
    }

    [Fact]
    public async Task A_notice_is_said_and_offers_what_can_be_done()
    {
        var undone = 0;
        var undo = new NoticeAction("Undo", () => Task.FromResult(undone++));
        await Overlays.InvokeAsync(() => Get<Notices>().Say("Scribe was deleted.", action: undo));
        Overlays.WaitForAssertion(() => Assert.Contains("Scribe was deleted.", Overlays.Markup, StringComparison.Ordinal));

        await PressAsync(Overlays, "Undo");

        Assert.Equal(1, undone);
    }

    private IRenderedComponent<EditForm> ShowNumber() =>
        Show(_ =>
            builder =>
            {
                builder.OpenComponent<NumberField<int>>(0);
                builder.AddAttribute(1, nameof(NumberField<>.Label), "Time-out");
                builder.AddAttribute(2, nameof(NumberField<>.Value), _form.Seconds);
                builder.AddAttribute(
                    3,
                    nameof(NumberField<>.ValueChanged),
                    EventCallback.Factory.Create<int>(this, seconds => _form.Seconds = seconds)
                );
                builder.AddAttribute(4, nameof(NumberField<>.For), (Expression<Func<int>>)(() => _form.Seconds));
                builder.AddAttribute(5, nameof(NumberField<>.Immediate), true);
                builder.CloseComponent();
            }
        );

    private IRenderedComponent<EditForm> Show(Func<EditContext, RenderFragment> fields) =>
        Render<EditForm>(form =>
            form.Add(f => f.Model, _form)
                .Add(
                    f => f.ChildContent,
                    context =>
                        builder =>
                        {
                            builder.OpenComponent<DataAnnotationsValidator>(0);
                            builder.CloseComponent();
                            builder.AddContent(1, fields(context));
                        }
                )
        );

    private static RenderFragment Text(string text) => builder => builder.AddContent(0, text);

    private sealed class Form
    {
        [Required(ErrorMessage = "Enter a name.")]
        public string Name { get; set; } = "";

        [Range(1, 600, ErrorMessage = "From 1 to 600.")]
        public int Seconds { get; set; } = 30;
    }
}
