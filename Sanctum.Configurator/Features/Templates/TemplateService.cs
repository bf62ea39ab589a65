using Sanctum.Configurator.Registry.Templates;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>The templates: those that are shipped, and those of the registry.</summary>
public sealed class TemplateService(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, TimeProvider clock)
{
    private const string List = "shipped templates";
    private const string MayNot = "You don't have permission to change templates.";
    private const string Shipped = "Shipped templates can't be changed. Export the template and import it as a copy.";

    private static readonly Sorts<Template> Sorts = new Sorts<Template>("templates", t => t.Id).By("name", t => t.Name);

    /// <summary>The shipped ones first, then by name. The search finds names and descriptions.</summary>
    /// <param name="kind">"tool" or "agent"; null for both.</param>
    public async Task<PageOf<TemplateRow>> ListAsync(string? kind, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var words = page.Search?.Trim() ?? "";
        bool Says(string? text) => text?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;
        var shipped = ShippedTemplates
            .All.Index()
            .Where(one => kind == null || one.Item.Kind == kind)
            .Where(one => Says(one.Item.Name) || Says(one.Item.Description))
            .ToList();
        var templates = registry.Templates.AsNoTracking().Where(t => kind == null || t.Kind == kind);
        if (words.ToUpperInvariant() is { Length: > 0 } upper)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            templates = templates.Where(t => t.Name.ToUpper().Contains(upper) || (t.Description ?? "").ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862
        }

        // The shipped ones are no rows, and have cursors of their own: their numbers.
        var cursor = page.Cursor is null ? null : Cursor.Find(page.Cursor, List);
        var isAmongShipped = page.Cursor is null || cursor is not null;
        List<(int Index, ShippedTemplate Item)> left = [.. isAmongShipped ? shipped.Where(one => one.Index > (cursor?.Id ?? -1)) : []];
        List<(int Index, ShippedTemplate Item)> first = [.. left.Skip(page.Skip).Take(page.Take)];
        var rest = await Sorts.ReadAsync(
            templates,
            page with
            {
                Skip = Math.Max(page.Skip - left.Count, 0),
                Take = page.Take - first.Count,
                Sort = null,
                Descending = false,
                Cursor = isAmongShipped ? null : page.Cursor,
            },
            cancel
        );
        var isMore = page.Skip + first.Count < left.Count || (first.Count == page.Take && rest.Total > 0);
        return new(
            [.. first.Select(one => one.Item.Row), .. rest.Items.Select(t => ViewOf(t).Template)],
            shipped.Count + rest.Total,
            isMore && first.Count > 0 ? Cursor.Write(List, 0, first[^1].Index) : rest.NextCursor
        );
    }

    /// <param name="id">The number of a row, or the word of one that is shipped.</param>
    public async Task<TemplateView?> FindAsync(string id, CancellationToken cancel)
    {
        if (ShippedTemplates.Find(id) is { } shipped)
        {
            return shipped.View;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
            NumberIn(id) is { } number
            && await registry.Templates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == number, cancel) is { } template
            ? ViewOf(template)
            : null;
    }

    /// <summary>Adds a template, such as one that was exported elsewhere.</summary>
    public async Task<Outcome<TemplateRow>> CreateAsync(TemplateForm form, CancellationToken cancel)
    {
        if (await WhyNotAsync(form) is { } refused)
        {
            return refused;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var template = new Template
        {
            Name = form.Name.Trim(),
            Kind = form.Kind,
            CreatedAt = now,
            UpdatedAt = now,
        };
        WriteTo(template, form);
        registry.Add(template);
        await registry.SaveChangesAsync(cancel);
        return new Outcome<TemplateRow>.Ok(ViewOf(template).Template);
    }

    /// <summary>Changes a template whose version was read.</summary>
    public async Task<Outcome<TemplateRow>> SaveAsync(string id, TemplateForm form, CancellationToken cancel) =>
        await WhyNotAsync(form) ?? await WriteAsync(id, form.Version, (_, template) => WriteTo(template, form), cancel);

    /// <param name="version">Null for whichever it is.</param>
    public async Task<Outcome<TemplateRow>> DeleteAsync(string id, int? version, CancellationToken cancel) =>
        await caller.MayAsync(Policies.WriteRegistry)
            ? await WriteAsync(id, version, (registry, template) => registry.Remove(template), cancel)
            : new Outcome<TemplateRow>.Invalid("", MayNot);

    private async Task<Outcome<TemplateRow>?> WhyNotAsync(TemplateForm form)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<TemplateRow>.Invalid("", MayNot);
        }

        var reasons = FormRules.Check(form);
        if (reasons.Count == 0 && TemplateContent.Read(form.Kind, form.Content).Problem is { } problem)
        {
            reasons[nameof(form.Content)] = problem;
        }

        return reasons.Count > 0 ? new Outcome<TemplateRow>.Invalid(reasons) : null;
    }

    private async Task<Outcome<TemplateRow>> WriteAsync(
        string id,
        int? version,
        Action<RegistryDbContext, Template> change,
        CancellationToken cancel
    )
    {
        if (ShippedTemplates.Find(id) is not null)
        {
            return new Outcome<TemplateRow>.Invalid("", Shipped);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (
            NumberIn(id) is not { } number
            || await registry.Templates.SingleOrDefaultAsync(t => t.Id == number, cancel) is not { } template
        )
        {
            return new Outcome<TemplateRow>.NotFound();
        }

        if (version is { } read && template.Version != read)
        {
            return new Outcome<TemplateRow>.Conflict(ViewOf(template).Template);
        }

        change(registry, template);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        return new Outcome<TemplateRow>.Ok(ViewOf(template).Template);
    }

    private static void WriteTo(Template template, TemplateForm form) =>
        (template.Name, template.Kind, template.Description, template.Content) = (
            form.Name.Trim(),
            form.Kind,
            string.IsNullOrWhiteSpace(form.Description) ? null : form.Description.Trim(),
            form.Content!.ToJsonString()
        );

    private static TemplateView ViewOf(Template template)
    {
        var (content, problem) = TemplateContent.Read(template.Kind, template.Content);
        return new(
            new(
                $"{template.Id}",
                template.Name,
                template.Kind,
                template.Description,
                false,
                content?.Variables ?? [],
                problem,
                template.UpdatedAt,
                template.Version
            ),
            TemplateContent.Parse(template.Content) ?? []
        );
    }

    private static int? NumberIn(string id) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
