using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Registry.LogViews;

internal sealed class LogViewMapping : IEntityTypeConfiguration<LogView>
{
    public void Configure(EntityTypeBuilder<LogView> logView)
    {
        logView.ToTable("log_views");
        logView.HasRowTimes();
        logView.Property(v => v.Name).HasMaxLength(255);
        logView.Property(v => v.IsShared).HasDefaultValue(false);
        logView.HasOne<User>().WithMany().HasForeignKey(v => v.UserId).OnDelete(DeleteBehavior.SetNull);
        logView.HasIndex(v => v.UserId);
        logView.KeepsHistory();
    }
}
