using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Components.Layout;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Components;

/// <summary>The Kit and the shell's services with a signed-in reader, in a browser that answers nothing.</summary>
public abstract class KitContext : BunitContext
{
    private IRenderedComponent<Overlays>? _overlays;

    protected KitContext()
    {
        DefaultWaitTimeout = TimeSpan.FromSeconds(30); // A second is not enough beside everything else on two cores.
        JSInterop.Mode = JSRuntimeMode.Loose;
        Reader = AddAuthorization();
        Reader.SetAuthorized("maren");
        Services.AddShell();
        Services.AddSingleton(typeof(Signal<>));
        Services.Configure<PopoverOptions>(popovers => popovers.CheckForPopoverProvider = false);
    }

    protected BunitAuthorizationContext Reader { get; }

    /// <summary>What lies over a page: dialogs, the options of an open field, notices. There from the first time it is asked for.</summary>
    protected IRenderedComponent<Overlays> Overlays => _overlays ??= Render<Overlays>();

    protected T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Opens a dialog; what it answers is nobody's concern here.</summary>
    protected Task ShowAsync<TDialog>(params (string Name, object? Value)[] given)
        where TDialog : IComponent =>
        Overlays.InvokeAsync(() =>
        {
            _ = Get<IDialogService>().AskAsync<TDialog, object>(given.ToDictionary(each => each.Name, each => each.Value));
        });

    /// <summary>The button with this text or, where it has an icon alone, this name.</summary>
    protected static IElement Button(IRenderedComponent<IComponent> where, string name) =>
        where.FindAll("button").First(button => button.TextContent.Trim() == name || button.GetAttribute("aria-label") == name);

    /// <summary>Presses it, while nothing else is drawn; what it does goes on by itself.</summary>
    protected static Task PressAsync(IRenderedComponent<IComponent> where, string name) =>
        where.InvokeAsync(() => Button(where, name).Click());

    protected static bool HasButton(IRenderedComponent<IComponent> where, string name) =>
        where.FindAll("button").Any(button => button.TextContent.Trim() == name || button.GetAttribute("aria-label") == name);

    /// <summary>The dialog on top.</summary>
    protected static IElement Dialog(IRenderedComponent<IComponent> where) => where.FindAll("[role=dialog]")[^1];

    /// <summary>The control with this label, of several the last: that of the dialog on top.</summary>
    protected static IElement Field(IRenderedComponent<IComponent> where, string label)
    {
        var named =
            where.FindAll("label").LastOrDefault(each => each.TextContent.Trim().TrimEnd('*') == label)
            ?? throw new ElementNotFoundException($"the label {label}");
        var control = named.GetAttribute("for") is { } id ? where.Find($"#{id}") : named.QuerySelector("input")!;

        // A list of choices is a button that looks like a field; what stands behind it is hidden.
        return control.GetAttribute("type") == "hidden" ? control.ParentElement!.QuerySelector("[role=combobox]")! : control;
    }

    /// <summary>Types it, letter by letter where the control listens to each, else by leaving the control.</summary>
    protected static void Write(IRenderedComponent<IComponent> where, string label, string text)
    {
        var control = Field(where, label);
        if (control.HasAttribute("blazor:oninput"))
        {
            control.Input(text);
        }
        else
        {
            control.Change(text);
        }
    }

    /// <summary>Types a day and a time of day, such as <c>2026-11-22T08:05</c>.</summary>
    protected static void WriteMoment(IRenderedComponent<IComponent> where, string label, string moment)
    {
        Write(where, label, moment.Split('T')[0]);
        Write(where, "Time", moment.Split('T')[1]);
    }

    /// <summary>Opens the list of choices with this label, and takes the one with this text.</summary>
    protected void Choose(IRenderedComponent<IComponent> where, string label, string text)
    {
        _ = Overlays;
        Field(where, label).MouseDown();
        Overlays.WaitForAssertion(() => Assert.NotEmpty(Overlays.FindAll("[role=option]")));
        Overlays.FindAll("[role=option]").Last(option => option.TextContent.Trim() == text).Click();
    }

    /// <summary>What is wrong with the control with this label, as a reader of the screen is told; null where nothing is.</summary>
    protected static string? ErrorOf(IRenderedComponent<IComponent> where, string label) =>
        Field(where, label).GetAttribute("aria-invalid") == "true" ? DescriptionOf(where, label) : null;

    /// <summary>What a reader of the screen is told of the control with this label, beside its name.</summary>
    protected static string DescriptionOf(IRenderedComponent<IComponent> where, string label)
    {
        var described = (Field(where, label).GetAttribute("aria-describedby") ?? "").Split(' ');
        return string.Join(' ', where.FindAll("[id]").Where(each => described.Contains(each.Id)).Select(each => each.TextContent.Trim()));
    }
}
