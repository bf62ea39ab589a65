using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>The line between a page and its console, which a test cuts and mends.</summary>
internal sealed class CutLine
{
    private volatile bool _isCut;
    private IWebSocketRoute? _socket;

    public async Task LayAsync(IPage page)
    {
        await page.RouteWebSocketAsync(
            new Regex("/_blazor"),
            socket =>
            {
                if (_isCut)
                {
                    _ = socket.CloseAsync();
                }
                else
                {
                    _socket = socket;
                    socket.ConnectToServer();
                }
            }
        );

        // Without a socket the circuit would go on over plain requests.
        await page.RouteAsync(new Regex("/_blazor"), request => _isCut ? request.AbortAsync() : request.ContinueAsync());
    }

    public async Task CutAsync()
    {
        _isCut = true;
        await _socket!.CloseAsync(new() { Code = 1011 });
    }

    public void Mend() => _isCut = false;
}
