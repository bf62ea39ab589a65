using System.ComponentModel.DataAnnotations;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class FillingFieldsTests : KitContext
{
    [Fact]
    public void The_label_names_the_control_and_help_and_error_describe_it()
    {
        var field = Render<TextField>(f => f.Add(t => t.Label, "Server URL").Add(t => t.Help, "Without a path.").Add(t => t.Error, "Not an address."));

        var input = field.Find("input");

        Assert.Equal(input.Id, field.Find("label").GetAttribute("for"));
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal(
            ["Without a path.", "Not an address."],
            input.GetAttribute("aria-describedby")!.Split(' ').Select(id => field.Find("#" + id).TextContent.Trim()));
    }

    [Fact]
    public void A_field_that_is_right_is_not_marked()
    {
        var field = Render<TextField>(f => f.Add(t => t.Label, "Name"));

        Assert.False(field.Find("input").HasAttribute("aria-invalid"));
        Assert.False(field.Find("input").HasAttribute("aria-describedby"));
    }

    [Fact]
    public void What_is_typed_is_told_at_once()
    {
        var value = "";
        var field = Render<TextField>(f => f.Add(t => t.Label, "Name").Add(t => t.ValueChanged, typed => value = typed));

        field.Find("input").Input("Scribe");

        Assert.Equal("Scribe", value);
    }

    [Fact]
    public void A_locked_field_says_why()
    {
        var field = Render<SwitchField>(f => f.Add(t => t.Label, "Debug").Add(t => t.Locked, "Set by the environment."));

        var input = field.Find("input[role=switch]");

        Assert.True(input.HasAttribute("disabled"));
        Assert.Contains("Set by the environment.", field.Find("#" + input.GetAttribute("aria-describedby")).TextContent);
    }

    [Fact]
    public void What_is_no_number_stays_to_be_mended_and_is_not_told()
    {
        int? told = null;
        var field = Render<NumberField<int>>(f => f.Add(t => t.Label, "Time-out").Add(t => t.Value, 30).Add(t => t.ValueChanged, number => told = number));

        field.Find("input").Input("3o");

        Assert.Null(told);
        Assert.Equal("3o", field.Find("input").GetAttribute("value"));
        Assert.Contains("Write a whole number.", field.Find(".field-error").TextContent);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(600, false)]
    [InlineData(601, true)]
    public void A_number_outside_its_limits_is_marked(int value, bool isMarked)
    {
        var field = Render<NumberField<int>>(f => f.Add(t => t.Label, "Time-out").Add(t => t.Min, 1).Add(t => t.Max, 600).Add(t => t.Value, value));

        Assert.Equal(isMarked, field.Find("input").HasAttribute("aria-invalid"));
    }

    [Fact]
    public void A_choice_is_told_as_its_value()
    {
        LogLevel? told = null;
        var field = Render<SelectField<LogLevel>>(f => f
            .Add(t => t.Label, "Log level")
            .Add(t => t.Options, Choice.AllOf<LogLevel>())
            .Add(t => t.ValueChanged, level => told = level));

        field.Find("select").Change("Warning");

        Assert.Equal(LogLevel.Warning, told);
    }

    [Fact]
    public void A_secret_is_hidden_until_it_is_asked_for()
    {
        var field = Render<SecretField>(f => f.Add(t => t.Label, "API key").Add(t => t.Value, "sk-1"));
        Assert.Equal("password", field.Find("input").GetAttribute("type"));

        field.Find("button").Click();

        Assert.Equal("text", field.Find("input").GetAttribute("type"));
    }

    [Fact]
    public void In_a_form_the_forms_message_is_shown_by_the_field_it_is_for()
    {
        var form = new Form();
        var context = new EditContext(form);
        using var validation = context.EnableDataAnnotationsValidation(Services);
        var field = Render<CascadingValue<EditContext>>(value => value
            .Add(v => v.Value, context)
            .AddChildContent<TextField>(f => f.Add(t => t.Label, "Name").Add(t => t.For, () => form.Name)));

        field.InvokeAsync(context.Validate);

        field.WaitForAssertion(() => Assert.Contains("Give it a name.", field.Find(".field-error").TextContent));
        Assert.Equal("Name", field.Find("input").GetAttribute("name"));
    }

    private sealed class Form
    {
        [Required(ErrorMessage = "Give it a name.")]
        public string Name { get; set; } = "";
    }
}
