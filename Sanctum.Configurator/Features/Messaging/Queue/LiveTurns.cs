using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>The messages that agents answer now, for this console.</summary>
internal sealed class LiveTurns : LiveWork;
