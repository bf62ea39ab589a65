using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sanctum.Configurator.Registry.Templates;

internal sealed class TemplateMapping : IEntityTypeConfiguration<Template>
{
    public void Configure(EntityTypeBuilder<Template> template)
    {
        template.ToTable("templates");
        template.HasRowTimes();
        template.Property(t => t.Name).HasMaxLength(255);
        template.Property(t => t.Kind).HasMaxLength(32);
        template.Property(t => t.Content).IsJson();
        template.KeepsHistory();
    }
}
