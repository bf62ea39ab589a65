namespace Sanctum.Configurator.Features.Messaging.Intake;

internal static class IntakeParts
{
    public static IServiceCollection AddIntake(this IServiceCollection services) =>
        services.AddSingleton<MessageIntake>().AddScoped<MessageSender>().AddScoped<AnswerReader>();
}
