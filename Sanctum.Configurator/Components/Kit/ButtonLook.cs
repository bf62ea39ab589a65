namespace Sanctum.Configurator.Components.Kit;

/// <summary>How much a button asks to be pressed. A page has one <see cref="Primary"/>.</summary>
public enum ButtonLook
{
    Plain,
    Primary,
    Quiet,
    Danger,
}

internal static class ButtonCss
{
    public static string? Css(this ButtonLook look) => look switch
    {
        ButtonLook.Primary => "btn-primary",
        ButtonLook.Quiet => "btn-quiet",
        ButtonLook.Danger => "btn-danger",
        _ => null,
    };
}
