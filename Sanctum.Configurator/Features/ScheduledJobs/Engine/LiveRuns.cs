using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>The runs of jobs that are under way in this console.</summary>
public sealed class LiveRuns : LiveWork;
