using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Models;

/// <summary>The models, what they took, and what they cost.</summary>
public sealed partial class ModelsPage
{
    [Inject]
    public required CurrentUser Caller { get; init; }

    private async Task AddAsync()
    {
        var mayAll = await Caller.MayAsync(Policies.WriteRegistry);
        if (
            await Dialogs.AskAsync<ModelDialog, string>(
                new Dictionary<string, object?>
                {
                    [nameof(ModelDialog.Form)] = new ModelForm { IsMine = !mayAll },
                    [nameof(ModelDialog.MayChooseOwner)] = mayAll,
                }
            ) is
            { } said
        )
        {
            Notices.Say(said);
        }
    }
}
