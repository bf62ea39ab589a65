using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Account;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>A value in force; of a secret only whether it is set, until somebody who may proves who he is.</summary>
public sealed partial class ValueCell
{
    private const int LongestShown = 80;

    [Parameter, EditorRequired]
    public required EffectiveValue Value { get; set; }

    /// <summary>False for the past, which has no secrets.</summary>
    [Parameter]
    public bool MayReveal { get; set; }

    [Inject]
    public required ConfigurationService Configurations { get; init; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    private Task RevealAsync() =>
        RevealDialog.ShowAsync(
            Dialogs,
            Value.Key,
            async password =>
                await Reauthentication.RefuseAsync(password, CancellationToken.None) is { } problem
                    ? new Outcome<string>.Invalid("", problem)
                    : await Configurations.RevealAsync(Value.Id, CancellationToken.None)
        );
}
