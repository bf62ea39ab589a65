using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Runs a tool and shows how that ended.</summary>
public sealed partial class RunDialog : IDisposable
{
    private readonly EditContext _context = new(new object());
    private CancellationTokenSource _running = new();
    private ToolRun? _run;
    private string? _notice;
    private bool _isRunning;

    [Parameter, EditorRequired]
    public required ToolRow Tool { get; set; }

    [Inject]
    public required ToolRunner Runner { get; init; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    public void Dispose()
    {
        _running.Cancel();
        _running.Dispose();
    }

    private void Leave()
    {
        if (_isRunning)
        {
            _running.Cancel();
        }
        else
        {
            Dialogs.Cancel();
        }
    }

    private async Task RunAsync()
    {
        (_isRunning, _notice, _run) = (true, null, null);
        _running.Dispose();
        _running = new();
        try
        {
            switch (await Runner.RunAsync(Tool.InstanceId!.Value, _running.Token))
            {
                case Outcome<ToolRun>.Done done:
                    _run = done.Value;
                    break;
                case Outcome<ToolRun>.Refused refused:
                    _notice = refused.Reasons.Values.First();
                    break;
                default:
                    _notice = "This tool is no longer there.";
                    break;
            }
        }
        catch (OperationCanceledException) when (_running.IsCancellationRequested)
        {
            _notice = "It was stopped. Whether the server had already done what was asked is not known.";
        }
        finally
        {
            _isRunning = false;
        }
    }
}
