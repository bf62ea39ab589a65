using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Layout;

namespace Sanctum.Configurator.Tests.Components;

/// <summary>The Kit and the shell's services with a signed-in reader, in a browser that answers nothing.</summary>
public abstract class KitContext : BunitContext
{
    protected KitContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Reader = AddAuthorization();
        Reader.SetAuthorized("maren");
        Services.AddShell();
    }

    protected BunitAuthorizationContext Reader { get; }

    protected T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();
}
