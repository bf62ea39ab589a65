using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data.Postgres;

/// <summary>
/// What <see cref="Sqlite.SqliteOutsideTriggers"/> does, on PostgreSQL. The console's own writes are told apart by a setting that holds
/// for its transaction only.
/// </summary>
internal static class PostgresOutsideTriggers
{
    public const string WriterSetting = "sanctum.console";

    private const string Functions = $$"""
        CREATE OR REPLACE FUNCTION outside_json(image jsonb, secrets text[], columns text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $body$
            SELECT COALESCE(jsonb_object_agg(key, CASE WHEN key = ANY(secrets) THEN
                CASE WHEN COALESCE(value #>> '{}', '') = '' THEN 'null'::jsonb ELSE '"set"'::jsonb END ELSE value END), '{}'::jsonb)
            FROM jsonb_each(image) WHERE key = ANY(columns)
        $body$;

        -- 'value=is_encrypted' names a column that is a secret in the rows where the flag is set.
        CREATE OR REPLACE FUNCTION outside_secrets(image jsonb, sometimes text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $body$
            SELECT COALESCE(array_agg(split_part(pair, '=', 1)), '{}') FROM unnest(string_to_array(sometimes, ',')) AS pair
            WHERE COALESCE((image ->> split_part(pair, '=', 2))::boolean, false)
        $body$;

        CREATE OR REPLACE FUNCTION outside_raise_version() RETURNS trigger LANGUAGE plpgsql AS $body$
        DECLARE version_column text := TG_ARGV[0];
        BEGIN
            IF COALESCE(current_setting('{{WriterSetting}}', true), '') = 'on' THEN RETURN NEW; END IF;
            IF (to_jsonb(NEW) ->> version_column) = (to_jsonb(OLD) ->> version_column) THEN
                NEW := jsonb_populate_record(NEW, jsonb_build_object(version_column, (to_jsonb(OLD) ->> version_column)::int + 1, 'updated_at', now()));
            END IF;
            RETURN NEW;
        END $body$;

        CREATE OR REPLACE FUNCTION outside_record() RETURNS trigger LANGUAGE plpgsql AS $body$
        DECLARE
            columns text[] := string_to_array(TG_ARGV[0], ',');
            secrets text[] := string_to_array(TG_ARGV[1], ',');
            old_row jsonb; new_row jsonb; before jsonb; after jsonb; changed text;
        BEGIN
            IF COALESCE(current_setting('{{WriterSetting}}', true), '') = 'on' THEN RETURN NULL; END IF;
            IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD); before := outside_json(old_row, secrets || outside_secrets(old_row, TG_ARGV[2]), columns); END IF;
            IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW); after := outside_json(new_row, secrets || outside_secrets(new_row, TG_ARGV[2]), columns); END IF;
            IF TG_OP = 'UPDATE' THEN
                FOREACH changed IN ARRAY secrets || outside_secrets(new_row, TG_ARGV[2]) LOOP
                    IF (old_row ->> changed) IS DISTINCT FROM (new_row ->> changed) AND COALESCE(old_row ->> changed, '') <> '' AND COALESCE(new_row ->> changed, '') <> '' THEN
                        after := jsonb_set(after, ARRAY[changed], '"changed"');
                    END IF;
                END LOOP;
            END IF;
            INSERT INTO change_history (changed_at, actor, place, act, table_name, row_id, before, after)
            VALUES (date_trunc('milliseconds', now()), '{{Actor.OutsideName}}', 'database', lower(TG_OP), TG_TABLE_NAME, COALESCE(new_row, old_row) ->> 'id', before::text, after::text);
            RETURN NULL;
        END $body$;

        CREATE OR REPLACE FUNCTION outside_fill_identity() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF COALESCE(current_setting('{{WriterSetting}}', true), '') = 'on' THEN RETURN NEW; END IF;
            IF TG_OP = 'UPDATE' THEN
                IF NEW.normalized_username IS NOT DISTINCT FROM OLD.normalized_username THEN NEW.normalized_username := upper(NEW.username); END IF;
                IF NEW.normalized_email IS NOT DISTINCT FROM OLD.normalized_email THEN NEW.normalized_email := upper(NEW.email); END IF;
                RETURN NEW;
            END IF;
            NEW.normalized_username := COALESCE(NEW.normalized_username, upper(NEW.username));
            NEW.normalized_email := COALESCE(NEW.normalized_email, upper(NEW.email));
            NEW.security_stamp := COALESCE(NEW.security_stamp, md5(random()::text || clock_timestamp()::text));
            RETURN NEW;
        END $body$;

        -- Nobody answers for what another program wrote, whoever answered for the job before.
        CREATE OR REPLACE FUNCTION outside_disown() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF COALESCE(current_setting('{{WriterSetting}}', true), '') = 'on' THEN RETURN NEW; END IF;
            IF TG_OP = 'INSERT' OR (OLD.action, OLD.tool_instance_id, OLD.arguments, OLD.runs_as) IS DISTINCT FROM (NEW.action, NEW.tool_instance_id, NEW.arguments, NEW.runs_as) THEN
                NEW.runs_as := NULL;
            END IF;
            RETURN NEW;
        END $body$;

        -- The one that is made active takes the place of the one that was; the lock lets two who do so come one after the other.
        CREATE OR REPLACE FUNCTION outside_one_active() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            IF COALESCE(current_setting('{{WriterSetting}}', true), '') = 'on' THEN RETURN NEW; END IF;
            IF NEW.active AND (TG_OP = 'INSERT' OR NOT OLD.active OR OLD.user_id IS DISTINCT FROM NEW.user_id) THEN
                PERFORM pg_advisory_xact_lock(hashtext('llm_config.active'), COALESCE(NEW.user_id, 0));
                UPDATE llm_config SET active = false WHERE active AND user_id IS NOT DISTINCT FROM NEW.user_id AND id <> NEW.id;
            END IF;
            RETURN NEW;
        END $body$;

        CREATE OR REPLACE FUNCTION outside_tell() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            PERFORM pg_notify('{{WriteWatch.Channel}}', '');
            RETURN NULL;
        END $body$;
        """;

    /// <summary>The triggers of single tables.</summary>
    private static readonly string[] Triggers =
    [
        "CREATE OR REPLACE TRIGGER outside_tell AFTER INSERT ON change_history FOR EACH STATEMENT EXECUTE FUNCTION outside_tell()",
        "CREATE OR REPLACE TRIGGER outside_fill_identity BEFORE INSERT OR UPDATE OF username, email ON users FOR EACH ROW EXECUTE FUNCTION outside_fill_identity()",
        """
            CREATE OR REPLACE TRIGGER outside_disown BEFORE INSERT OR UPDATE OF action, tool_instance_id, arguments, runs_as ON scheduled_jobs
            FOR EACH ROW EXECUTE FUNCTION outside_disown()
            """,
        "CREATE OR REPLACE TRIGGER outside_one_active BEFORE INSERT OR UPDATE OF active, user_id ON llm_config FOR EACH ROW EXECUTE FUNCTION outside_one_active()",
    ];

    /// <summary>Takes the triggers away, so that a migration may rename or drop what they mention.</summary>
    public static Task DropAsync(RegistryDbContext registry, CancellationToken cancel) =>
        ExecuteAsync(
            registry,
            """
            DO $body$
            DECLARE found record;
            BEGIN
                FOR found IN SELECT tgname, tgrelid::regclass AS of_table FROM pg_trigger WHERE tgname LIKE 'outside\_%' AND NOT tgisinternal LOOP
                    EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.of_table);
                END LOOP;
            END $body$
            """,
            cancel
        );

    /// <summary>
    /// Makes the triggers anew from the model, so that they know every column. Each table is locked by itself: who held one and waited for
    /// the
    /// next would be waited for by another console, whose writes go through tables in another order.
    /// </summary>
    public static async Task InstallAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        await ExecuteAsync(registry, Functions, cancel);
        foreach (var sql in Triggers.Concat(registry.Model.GetEntityTypes().Where(e => e.KeepsHistory()).Select(TriggersOf)))
        {
            await ExecuteAsync(registry, sql, cancel);
        }
    }

    private static string TriggersOf(IEntityType entity)
    {
        var table = entity.GetTableName();
        var history = entity.GetProperties().Where(p => p.IsInHistory()).ToList();
        var columns = history.Select(p => p.GetColumnName()).ToList();
        var secrets = history.Where(p => p.IsSecret()).Select(p => p.GetColumnName());
        var sometimes = history
            .Where(p => p.SecretFlag() is not null)
            .Select(p => $"{p.GetColumnName()}={p.SecretFlag()!.GetColumnName()}");
        var version = entity.FindProperty(nameof(IVersioned.Version))!.GetColumnName();
        var differs = string.Join(" OR ", columns.Select(c => $"OLD.\"{c}\" IS DISTINCT FROM NEW.\"{c}\""));
        var arguments = $"'{string.Join(',', columns)}', '{string.Join(',', secrets)}', '{string.Join(',', sometimes)}'";
        return $"""
            CREATE OR REPLACE TRIGGER outside_version BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION outside_raise_version('{version}');
            CREATE OR REPLACE TRIGGER outside_update AFTER UPDATE ON "{table}" FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION outside_record({arguments});
            CREATE OR REPLACE TRIGGER outside_insert_delete AFTER INSERT OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION outside_record({arguments});
            """;
    }

    private static Task<int> ExecuteAsync(RegistryDbContext registry, string sql, CancellationToken cancel) =>
        registry.Database.ExecuteSqlRawAsync(
            sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal),
            cancel
        );
}
