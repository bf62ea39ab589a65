using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Changes people. A person is made when their first message comes in.</summary>
public sealed class PersonService(PersonWrites writes)
{
    public Task<Outcome<PersonView>> SaveAsync(PersonForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        return reasons.Count > 0
            ? Task.FromResult<Outcome<PersonView>>(new Outcome<PersonView>.Invalid(reasons))
            : writes.WriteAsync(form.Id, form.Version, (_, person) => Task.FromResult(Put(form, person)), cancel);
    }

    private static Outcome<PersonView>.Invalid? Put(PersonForm form, LettaUser person)
    {
        // What another program wrote stays as it is as long as nobody changes it.
        if (!JsonNode.DeepEquals(form.AgentPreferences, JsonText.Parse(person.AgentPreferences).Node))
        {
            if (form.AgentPreferences is not (null or JsonObject))
            {
                return new(
                    nameof(form.AgentPreferences),
                    "The preferences must be a JSON object, such as {\"language\": \"en\"}. Put other values into one under a name."
                );
            }

            if (JsonText.Parse(form.AgentPreferences?.ToJsonString() ?? "{}").Problem is { } problem)
            {
                return new(nameof(form.AgentPreferences), problem);
            }

            person.AgentPreferences = form.AgentPreferences?.ToJsonString(ReadableJson.OneLine);
        }

        person.DisplayName = Unseen.TrimToNull(form.DisplayName);
        person.ConversationHistoryLimit = form.ConversationHistoryLimit;
        person.CustomInstructions = string.IsNullOrWhiteSpace(form.CustomInstructions) ? null : form.CustomInstructions;
        person.IsActive = form.IsActive;
        person.HoldReason = Unseen.TrimToNull(form.HoldReason);
        person.LettaIdentityId = Unseen.TrimToNull(form.LettaIdentityId);
        person.LettaBlockId = Unseen.TrimToNull(form.LettaBlockId);
        return null;
    }
}
