using System.ComponentModel.DataAnnotations;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class FillingFieldsTests : KitContext
{
    [Fact]
    public void Dump()
    {
        var o = Overlays;
        var form = new Form();
        var context = new EditContext(form);
        using var validation = context.EnableDataAnnotationsValidation(Services);
        var field = Render<CascadingValue<EditContext>>(value => value
            .Add(v => v.Value, context)
            .AddChildContent<MudTextField<string>>(f => f.Add(t => t.Label, "Name").Add(t => t.For, () => form.Name).Add(t => t.HelperText, "help").Add(t => t.Required, true)));
        field.InvokeAsync(context.Validate);
        System.IO.File.WriteAllText("/tmp/dump.html", field.Markup);
        var num = Render<MudNumericField<int>>(f => f.Add(t => t.Label, "Time-out").Add(t => t.Value, 30));
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== num\n" + num.Markup);
        var sw = Render<MudSwitch<bool>>(f => f.Add(t => t.Label, "Sw").Add(t => t.Value, true));
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== sw\n" + sw.Markup);
        var cb = Render<MudCheckBox<bool>>(f => f.Add(t => t.Label, "Cb").Add(t => t.Value, true));
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== cb\n" + cb.Markup);
        var sec = Render<SecretField>(f => f.Add(t => t.Label, "Key").Add(t => t.Value, "sk"));
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== sec\n" + sec.Markup);
        var sel = Render<MudSelect<int>>(f => f.Add(t => t.Label, "Sel").Add(t => t.Value, 1).AddChildContent(b => {
            for (var i = 0; i < 2; i++) {
                var n = i;
                b.OpenComponent<MudSelectItem<int>>(0); b.AddAttribute(1, "Value", n); b.AddAttribute(2, "ChildContent", (RenderFragment)(c => c.AddContent(0, "number " + n))); b.CloseComponent(); }
        }));
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== sel\n" + sel.Markup + "\n==== over\n" + o.Markup);
        sel.Find("input").MouseDown();
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== sel open\n" + sel.Markup + "\n==== over\n" + o.Markup);
        var aut = Render<MudAutocomplete<string>>(f => f.Add(t => t.Label, "Aut").Add(t => t.Value, "x"));
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== aut\n" + aut.Markup);
        var d = InvokeDialog();
        System.IO.File.AppendAllText("/tmp/dump.html", "\n=== dialog\n" + o.Markup);
    }

    private Task<bool> InvokeDialog() { Task<bool>? r = null; Overlays.InvokeAsync(() => { r = Get<Confirm>().AskAsync("T?", "Text", "Do", "nam"); }); return r!; }

    private sealed class Form
    {
        [Required(ErrorMessage = "Give it a name.")]
        public string Name { get; set; } = "";
    }
}
