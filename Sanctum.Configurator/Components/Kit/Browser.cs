using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>What only the browser can do. Each call is quiet when the browser has gone.</summary>
public sealed class Browser(IJSRuntime script)
{
    /// <summary>Saves a stream as a file on the reader's machine; it is held in the browser's memory meanwhile.</summary>
    public async Task DownloadAsync(string name, Stream content)
    {
        using var stream = new DotNetStreamReference(content);
        await CallAsync("sanctum.download", name, stream);
    }

    public Task CopyAsync(string text) => CallAsync("sanctum.copy", text);

    /// <summary>Shows the console in this theme from now on.</summary>
    public Task ShowThemeAsync(string theme) => CallAsync("sanctumTheme.set", theme);

    /// <summary>Scrolls to the element with this id and gives it the focus.</summary>
    public Task FocusAsync(string id) => CallAsync("sanctum.focus", id);

    /// <summary>The reader's time zone by its IANA name, or null where the browser does not say.</summary>
    internal async Task<string?> FindTimeZoneAsync()
    {
        try
        {
            return await script.InvokeAsync<string?>("sanctum.timeZone");
        }
        catch (JSDisconnectedException)
        {
            return null;
        }
    }

    internal Task ShowModalAsync(ElementReference dialog, string id) => CallAsync("sanctum.showModal", dialog, id);

    internal Task RestoreFocusAsync(string id) => CallAsync("sanctum.restoreFocus", id);

    internal Task ScrollIntoViewAsync(string id) => CallAsync("sanctum.reveal", id);

    private async Task CallAsync(string function, params object?[] arguments)
    {
        try
        {
            await script.InvokeVoidAsync(function, arguments);
        }
        catch (JSDisconnectedException)
        {
            // The tab was closed: there is nobody left to do it for.
        }
    }
}
