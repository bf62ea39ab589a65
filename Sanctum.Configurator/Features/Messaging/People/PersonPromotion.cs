using Sanctum.Configurator.Features.Users;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// Makes a person a user of the console, by the users' own service and its permission, or says that they are one already.
/// </summary>
public sealed class PersonPromotion(PersonWrites writes, UserService users)
{
    /// <summary>Makes the user and links them; a person is one user at most.</summary>
    public async Task<Outcome<PersonView>> PromoteAsync(int id, UserForm form, CancellationToken cancel)
    {
        if (await RefuseAsync(id, cancel) is { } refused)
        {
            return refused;
        }

        form.Id = null;
        return await users.SaveAsync(form, cancel) switch
        {
            Outcome<UserRow>.Ok made => await PutAsync(id, made.Value.Id, cancel) switch
            {
                Outcome<PersonView>.Ok linked => linked,
                var failed => new Outcome<PersonView>.Invalid(
                    "",
                    $"The user {made.Value.UserName} was added, but not linked: {failed.ProblemWith("the person")} Link them by hand."
                ),
            },
            Outcome<UserRow>.Invalid invalid => new Outcome<PersonView>.Invalid(invalid.Reasons),
            _ => throw new InvalidOperationException("A new user is neither missing nor changed by somebody else."),
        };
    }

    /// <summary>Links a user who is there, or nobody.</summary>
    public async Task<Outcome<PersonView>> LinkAsync(int id, int? userId, CancellationToken cancel)
    {
        if (userId is { } wanted && await users.FindAsync(wanted, cancel) is null)
        {
            return new Outcome<PersonView>.Invalid(nameof(LinkForm.UserId), "There is no user with this id.");
        }

        return await writes.RefuseAsync<PersonView>(Policies.ManageUsers) is { } mayNot ? mayNot : await PutAsync(id, userId, cancel);
    }

    private async Task<Outcome<PersonView>?> RefuseAsync(int id, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<PersonView>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await writes.OpenAsync(cancel);
        var person = await registry.LettaUsers.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancel);
        return person switch
        {
            null => new Outcome<PersonView>.NotFound(),
            { MergedInto: { } into } => new Outcome<PersonView>.Invalid("", $"Person {id} is merged into person {into}. Promote that one."),
            { UserId: not null } => new Outcome<PersonView>.Invalid("", "This person is a user of the console already."),
            _ => null,
        };
    }

    private Task<Outcome<PersonView>> PutAsync(int id, int? userId, CancellationToken cancel) =>
        writes.WriteAsync(
            id,
            null,
            async (registry, person) =>
            {
                if (
                    userId is not null
                    && await registry
                        .LettaUsers.Where(u => u.UserId == userId && u.Id != id)
                        .Select(u => (int?)u.Id)
                        .FirstOrDefaultAsync(cancel)
                        is { } other
                )
                {
                    return new(
                        nameof(LinkForm.UserId),
                        $"This user is linked to person {other} already. Merge the two, or unlink that one."
                    );
                }

                person.UserId = userId;
                return null;
            },
            cancel
        );
}

/// <summary>Which user of the console a person is; null for none.</summary>
internal sealed class LinkForm
{
    public int? UserId { get; set; }
}
