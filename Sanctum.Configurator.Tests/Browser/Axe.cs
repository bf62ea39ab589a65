using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>
/// Looks for what keeps people from reading and working a page. The library's own way reads axe anew for each look, twice, and opens a page
/// beside it to join frames, of which the console has none: that is longer than the look.
/// </summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <returns>Each fault with the element that has it.</returns>
    /// <param name="rule">The only one that is asked for.</param>
    public static async Task<string[]> FindFaultsAsync(this IPage page, string? rule = null)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync(Script);
        }

        return await page.EvaluateAsync<string[]>(
            """
            async rule => {
                // Nobody reads a colour on its way. To be waited for, it would have to be drawn, which what is in a closed menu never is.
                const still = new CSSStyleSheet();
                const rules = 'transition: none !important; animation-duration: 0s !important; animation-delay: 0s !important';
                still.replaceSync(`*, ::before, ::after { ${rules} }`);
                document.adoptedStyleSheets.push(still);
                try {
                    const only = rule ? { runOnly: { type: 'rule', values: [rule] } } : {};
                    const { passes, violations } = await axe.run({ ...only, resultTypes: ['violations'] });
                    if (passes.length === 0) throw new Error('There was nothing to look at.');
                    const reasons = ({ any, all, none }) => [...any, ...all, ...none].map(check => check.message).join(' ');
                    return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html} ${reasons(node)}`));
                } finally {
                    document.adoptedStyleSheets.pop();
                }
            }
            """,
            rule
        );
    }
}
