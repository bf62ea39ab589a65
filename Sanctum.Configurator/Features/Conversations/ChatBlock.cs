using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>
/// One block of an answer, which is sent again only where it has changed. Its HTML comes out of <see cref="Rendering.MarkdownText"/>.
/// </summary>
// Markup finds public components only.
public sealed class ChatBlock : ComponentBase
{
    private string? _drawn;

    [Parameter, EditorRequired]
    public required string Html { get; set; }

    protected override bool ShouldRender() => _drawn != Html;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        _drawn = Html;
        builder.AddMarkupContent(0, Html);
    }
}
