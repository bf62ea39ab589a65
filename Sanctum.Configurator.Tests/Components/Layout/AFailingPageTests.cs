using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Components.Layout;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Components.Layout;

public sealed class AFailingPageTests : KitContext
{
    private readonly RememberedLog _log = new();

    public AFailingPageTests() => Services.AddLogging(logging => logging.AddProvider(_log));

    [Fact]
    public void The_reader_gets_a_number_that_is_also_in_the_log_and_no_detail()
    {
        var boundary = Render<IncidentBoundary>(b => b.AddChildContent<Failing>());

        boundary.Find("button.fail").Click();

        var incident = boundary.Find(".incident code").TextContent;
        Assert.Contains(_log.Lines, line => line.Contains(incident, StringComparison.Ordinal));
        Assert.DoesNotContain("secret detail", boundary.Markup);
    }

    [Fact]
    public void Trying_again_draws_the_page_anew()
    {
        var boundary = Render<IncidentBoundary>(b => b.AddChildContent<Failing>());
        boundary.Find("button.fail").Click();

        boundary.FindAll("button").Single(button => button.TextContent.Contains("Try again", StringComparison.Ordinal)).Click();

        Assert.NotNull(boundary.Find("button.fail"));
    }

    private sealed class Failing : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "class", "fail");
            builder.AddAttribute(2, "onclick", EventCallback.Factory.Create(this, Fail));
            builder.CloseElement();
        }

        private static void Fail() => throw new InvalidOperationException("secret detail");
    }
}
