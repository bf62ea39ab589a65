using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Components.Layout;

public static class LayoutServices
{
    /// <summary>The Kit, and what the shell around the pages asks for.</summary>
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddKit();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.PreventDuplicates = true;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
            mud.SnackbarConfiguration.ShowTransitionDuration = mud.SnackbarConfiguration.HideTransitionDuration = 150;
        });
        services.AddCascadingAuthenticationState();
        services.TryAddScoped<NavEntries>();
        return services;
    }
}
