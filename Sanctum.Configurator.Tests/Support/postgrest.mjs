// Drives /rest/v1 with Supabase's own client, and prints what went otherwise than it should as one line of JSON.
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const [packages, base, mine, others] = process.argv.slice(2);
const require = createRequire(`${packages}/package.json`);
const { PostgrestClient } = require('@supabase/postgrest-js');
const client = key => new PostgrestClient(`${base}/rest/v1`, { headers: { apikey: key, Authorization: `Bearer ${key}` } });
const db = client(mine);
const other = client(others);

let calls = 0;
const failures = [];
async function check(name, call, expect) {
  calls++;
  try {
    await expect(await call);
  } catch (failure) {
    failures.push(`${name}: ${failure.message.slice(0, 400)}`);
  }
}

const ok = then => async answer => {
  assert.equal(answer.error, null, JSON.stringify(answer.error));
  await then?.(answer.data, answer);
};
const fails = (code, status) => answer => {
  assert.equal(answer.error?.code, code, JSON.stringify(answer));
  if (status) assert.equal(answer.status, status);
  assert.ok(answer.error.message.length > 0);
};
const column = (rows, name) => rows.map(row => row[name]);

// Conversations of two people.
let [red, green, blue, hidden, shared] = [{}, {}, {}, {}, {}];
await check('insert one, minimal', db.from('conversations').insert({ title: 'Grün, "so"' }), ok((data, a) => { assert.equal(data, null); assert.equal(a.status, 201); }));
await check('insert one, returned', db.from('conversations').insert({ title: 'Red (first)', created_at: '2026-01-02T03:04:05.678+02:00' }).select().single(), ok(row => { red = row; assert.equal(row.created_at.slice(0, 23), '2026-01-02T01:04:05.678'); assert.equal(row.message_count, 0); assert.equal(row.is_archived, false); }));
await check('insert many', db.from('conversations').insert([{ title: 'Green 100%' }, { title: 'Blue_sky', is_archived: true }], { defaultToNull: false }).select('id,title'), ok(rows => { assert.deepEqual(column(rows, 'title'), ['Green 100%', 'Blue_sky']); [green, blue] = rows; }));
await check('insert none', db.from('conversations').insert([]).select(), ok((rows, a) => { assert.deepEqual(rows, []); assert.equal(a.status, 201); }));
await check('insert of others', db.from('conversations').insert({ title: 'Not mine', user_id: '4711' }), fails('42501', 403));
await check('insert by another', other.from('conversations').insert([{ title: 'Hidden' }, { title: 'Shared', is_shared: true }], { defaultToNull: false }).select(), ok(rows => { [hidden, shared] = rows; }));
await check('delete what is not needed', db.from('conversations').delete({ count: 'exact' }).like('title', 'Gr_n%'), ok((_, a) => { assert.equal(a.status, 204); assert.equal(a.count, 1); }));

// Messages.
const said = (conversation, role, content, more) => ({ conversation_id: conversation.id, role, content, ...more });
let [first, second] = [{}, {}];
await check('insert messages in order', db.from('messages').insert([said(red, 'user', 'One'), said(red, 'assistant', 'Two'), said(red, 'user', 'Three')]).select('id,content'), ok(rows => { assert.deepEqual(column(rows, 'content'), ['One', 'Two', 'Three']); [first, second] = rows; }));
await check('messages are counted', db.from('conversations').select('message_count,updated_at').eq('id', red.id).single(), ok(row => { assert.equal(row.message_count, 3); assert.ok(row.updated_at > red.updated_at); }));
await check('json in a message', db.from('messages').insert(said(green, 'assistant', 'Cards', { code: '<b/>', variant_codes: { a: { n: 1, tags: ['x', 'y'] }, list: [1, 2] } })), ok());
await check('a message into a conversation of somebody else', db.from('messages').insert(said(hidden, 'user', 'Hello')), fails('23503', 409));
await check('a message into a shared one', db.from('messages').insert(said(shared, 'user', 'Hello')), fails('23503', 409));
await check('a wrong role', db.from('messages').insert(said(red, 'wizard', 'Hello')), fails('23514', 400));
await check('a missing value', db.from('messages').insert({ conversation_id: red.id, role: 'user' }), fails('23502', 400));

// Columns.
await check('columns', db.from('conversations').select('id,title').eq('id', red.id), ok(rows => assert.deepEqual(rows, [{ id: red.id, title: 'Red (first)' }])));
await check('aliases and casts', db.from('conversations').select('name:title,n:message_count::text').eq('id', red.id).single(), ok(row => assert.deepEqual(row, { name: 'Red (first)', n: '3' })));
await check('json paths', db.from('messages').select('variant_codes->a->n,first:variant_codes->a->tags->>0,variant_codes->list->-1').eq('conversation_id', green.id).single(), ok(row => assert.deepEqual(row, { n: 1, first: 'x', list: 2 })));
await check('unknown column', db.from('conversations').select('titel'), fails('42703', 400));
await check('unknown table', db.from('converstions').select(), answer => { fails('PGRST205', 404)(answer); assert.match(answer.error.hint, /conversations/); });
await check('a table with secrets', db.from('api_keys').select(), fails('PGRST205', 404));
await check('csv', db.from('conversations').select('title').eq('id', red.id).csv(), ok(text => assert.equal(text, 'title\nRed (first)')));
await check('without nulls', db.from('messages').select('content,code').eq('id', first.id).stripNulls(), ok(rows => assert.deepEqual(rows, [{ content: 'One' }])));

// Embedded resources.
await check('embedded many', db.from('conversations').select('title,messages(content)').eq('id', red.id).order('id', { referencedTable: 'messages' }).single(), ok(row => assert.deepEqual(column(row.messages, 'content'), ['One', 'Two', 'Three'])));
await check('embedded one', db.from('messages').select('content,conversations(title)').eq('id', first.id).single(), ok(row => assert.deepEqual(row, { content: 'One', conversations: { title: 'Red (first)' } })));
await check('embedded by alias, limited', db.from('conversations').select('talk:messages(content)').eq('id', red.id).order('created_at', { referencedTable: 'talk', ascending: false }).order('id', { referencedTable: 'talk', ascending: false }).limit(1, { referencedTable: 'talk' }).single(), ok(row => assert.equal(row.talk.length, 1)));
await check('inner', db.from('conversations').select('title,messages!inner(content)').eq('messages.role', 'assistant').order('title'), ok(rows => { assert.deepEqual(column(rows, 'title'), ['Green 100%', 'Red (first)']); assert.deepEqual(column(rows[1].messages, 'content'), ['Two']); }));
await check('filters of embedded alone', db.from('conversations').select('title,messages(content)').eq('messages.role', 'system').eq('id', red.id).single(), ok(row => assert.deepEqual(row.messages, [])));
await check('spread', db.from('messages').select('content,...conversations(title)').eq('id', first.id).single(), ok(row => assert.deepEqual(row, { content: 'One', title: 'Red (first)' })));
await check('rows without any', db.from('conversations').select('title,messages()').is('messages', null).eq('user_id', red.user_id), ok(rows => assert.deepEqual(column(rows, 'title'), ['Blue_sky'])));
await check('hint', db.from('messages').select('content,parent:messages!parent_id(content)').eq('id', first.id).single(), ok(row => assert.deepEqual(row, { content: 'One', parent: null })));
await check('ambiguous', db.from('messages').select('content,messages(content)').eq('id', first.id), fails('PGRST201', 300));
await check('no relation', db.from('conversations').select('user_preferences(id)'), fails('PGRST200', 400));
await check('not embedded', db.from('conversations').select('id').eq('messages.role', 'user'), fails('PGRST108', 400));
await check('two levels', db.from('conversations').select('messages(conversations(id))'), fails('PGRST127', 400));
await check('order by embedded', db.from('messages').select('content,conversations(title)').order('conversations(title)', { ascending: false }).order('id').limit(1), ok(rows => assert.equal(rows[0].content, 'One')));

// Filters.
const own = () => db.from('conversations').select('title').eq('user_id', red.user_id).order('title');
const titles = (...expected) => ok(rows => assert.deepEqual(column(rows, 'title'), expected));
await check('neq', own().neq('title', 'Blue_sky'), titles('Green 100%', 'Red (first)'));
await check('gt and lte', own().gt('message_count', 0).lte('message_count', 1), titles('Green 100%'));
await check('gte and lt', own().gte('message_count', 1).lt('message_count', 3), titles('Green 100%'));
await check('like with a percent sign that means itself', own().like('title', '%100\\%'), titles('Green 100%'));
await check('like minds capitals', own().like('title', 'red%'), titles());
await check('ilike', own().ilike('title', 'RED%'), titles('Red (first)'));
await check('like any', own().likeAnyOf('title', ['Red%', 'Blue%']), titles('Blue_sky', 'Red (first)'));
await check('ilike all', own().ilikeAllOf('title', ['%RED%', '%first%']), titles('Red (first)'));
await check('match', own().regexMatch('title', '^[GB].*'), titles('Blue_sky', 'Green 100%'));
await check('imatch', own().regexIMatch('title', 'SKY$'), titles('Blue_sky'));
await check('is', own().is('is_archived', true), titles('Blue_sky'));
await check('is null', own().is('agent_id', null), titles('Blue_sky', 'Green 100%', 'Red (first)'));
await check('isdistinct', own().isDistinct('title', 'Blue_sky'), titles('Green 100%', 'Red (first)'));
await check('in, with commas and quotes', own().in('title', ['Red (first)', 'a,b', 'c"d']), titles('Red (first)'));
await check('not in', own().notIn('title', ['Red (first)', 'Blue_sky']), titles('Green 100%'));
await check('in nothing', own().in('title', []), titles());
await check('not', own().not('title', 'ilike', '%e%'), titles());
await check('or', own().or('title.eq.Blue_sky,and(message_count.gte.1,title.like.Green*)'), titles('Blue_sky', 'Green 100%'));
await check('or with quotes', own().or('title.eq."Red (first)",title.in.("Blue_sky","x,y")'), titles('Blue_sky', 'Red (first)'));
await check('or of embedded', db.from('conversations').select('title,messages!inner(content)').or('content.eq.One,content.eq.Two', { referencedTable: 'messages' }), ok(rows => assert.equal(rows[0].messages.length, 2)));
await check('filter', own().filter('title', 'eq', 'Blue_sky'), titles('Blue_sky'));
await check('match object', own().match({ title: 'Blue_sky', is_archived: true }), titles('Blue_sky'));
await check('contains', db.from('messages').select('content').contains('variant_codes', { a: { tags: ['y'] } }), ok(rows => assert.deepEqual(column(rows, 'content'), ['Cards'])));
await check('contained by', db.from('messages').select('content').containedBy('variant_codes->list', '[1,2,3]'), ok(rows => assert.deepEqual(column(rows, 'content'), ['Cards'])));
await check('overlaps', db.from('messages').select('content').overlaps('variant_codes->a->tags', ['y', 'z']), ok(rows => assert.deepEqual(column(rows, 'content'), ['Cards'])));
await check('by a json path', db.from('messages').select('content').eq('variant_codes->a->>n', '1'), ok(rows => assert.deepEqual(column(rows, 'content'), ['Cards'])));
await check('time', db.from('conversations').select('title').eq('created_at', '2026-01-02T01:04:05.678+00:00'), titles('Red (first)'));
await check('null is no number', own().eq('message_count', null), answer => { fails('22P02', 400)(answer); assert.match(answer.error.hint, /is\.null/); });
await check('a huge number', own().eq('message_count', '99999999999'), fails('22003', 400));
await check('no uuid', own().eq('id', 'x'), fails('22P02', 400));
await check('full text is refused', own().textSearch('title', 'red'), fails('PGRST127', 400));
await check('unknown operator', own().filter('title', 'foo', '1'), fails('PGRST100', 400));
await check('a lookaround is no expression, or finds', own().regexMatch('title', '(?=x)\\1('), fails('2201B', 400));

// Pages.
await check('range and count', db.from('conversations').select('title', { count: 'exact' }).eq('user_id', red.user_id).order('title').range(1, 1), ok((rows, a) => { assert.deepEqual(column(rows, 'title'), ['Green 100%']); assert.equal(a.count, 3); assert.equal(a.status, 206); }));
await check('head', db.from('conversations').select('*', { count: 'exact', head: true }).eq('user_id', red.user_id), ok((rows, a) => { assert.equal(rows, null); assert.equal(a.count, 3); }));
await check('planned count', db.from('conversations').select('id', { count: 'planned' }).eq('id', red.id), ok((_, a) => assert.equal(a.count, 1)));
await check('beyond the end', db.from('conversations').select('id', { count: 'exact' }).eq('user_id', red.user_id).range(10, 12), fails('PGRST103', 416));
await check('nulls first', db.from('messages').select('code').order('code', { nullsFirst: true }).limit(1).single(), ok(row => assert.equal(row.code, null)));
await check('nulls last', db.from('messages').select('code').order('code', { nullsFirst: false }).limit(1).single(), ok(row => assert.equal(row.code, '<b/>')));
await check('single of many', own().single(), fails('PGRST116', 406));
await check('single of none', own().eq('title', 'x').single(), fails('PGRST116', 406));
await check('maybe single', own().eq('title', 'x').maybeSingle(), ok(row => assert.equal(row, null)));

// Access.
await check('others are hidden', db.from('conversations').select('title').eq('id', hidden.id), ok(rows => assert.deepEqual(rows, [])));
await check('shared can be read', db.from('conversations').select('title').eq('id', shared.id), titles('Shared'));
await check('shared cannot be written', db.from('conversations').update({ title: 'Taken' }).eq('id', shared.id).select(), ok(rows => assert.deepEqual(rows, [])));
await check('others cannot be deleted', db.from('conversations').delete().eq('id', hidden.id).select(), ok(rows => assert.deepEqual(rows, [])));
await check('they are there still', other.from('conversations').select('title').order('title'), titles('Hidden', 'Shared'));
await check('the registry can be read', db.from('agents').select('id,name'), ok(rows => assert.deepEqual(rows, [])));
await check('and not written', db.from('agents').insert({ name: 'Eve' }), fails('42501', 403));
await check('functions are refused', db.rpc('version'), fails('PGRST202', 404));
await check('other schemas are refused', db.schema('auth').from('users').select(), fails('PGRST106', 406));

// Changes.
await check('update', db.from('conversations').update({ title: 'Red', is_pinned: true }).eq('id', red.id).select().single(), ok(row => { assert.equal(row.title, 'Red'); assert.equal(row.version, red.version + 1); assert.equal(row.is_pinned, true); }));
await check('update with a count', db.from('messages').update({ content: 'Uno' }, { count: 'exact' }).eq('id', first.id), ok((_, a) => { assert.equal(a.status, 204); assert.equal(a.count, 1); }));
await check('update without a filter', db.from('conversations').update({ title: 'All' }), fails('21000', 400));
await check('delete without a filter', db.from('conversations').delete(), fails('21000', 400));
await check('update of what is kept by the console', db.from('conversations').update({ message_count: 9 }).eq('id', red.id), fails('428C9', 400));
await check('update of an unknown column', db.from('conversations').update({ titel: 'x' }).eq('id', red.id), fails('PGRST204', 400));
await check('too long', db.from('conversations').update({ title: 'x'.repeat(501) }).eq('id', red.id), fails('22001', 400));
await check('at most', db.from('messages').update({ content: 'All' }).eq('conversation_id', red.id).maxAffected(2).select(), fails('PGRST124', 400));
await check('nothing of that was kept', db.from('messages').select('content').eq('id', second.id).single(), ok(row => assert.equal(row.content, 'Two')));
await check('tried only', db.from('conversations').update({ title: 'Tried' }).eq('id', red.id).rollback().select().single(), ok(row => assert.equal(row.title, 'Tried')));
await check('and taken back', db.from('conversations').select('title').eq('id', red.id).single(), ok(row => assert.equal(row.title, 'Red')));
await check('the same key again', db.from('conversations').insert({ id: red.id, title: 'Again' }), fails('23505', 409));
await check('delete a message', db.from('messages').delete().eq('id', second.id).select('content'), ok(rows => assert.deepEqual(rows, [{ content: 'Two' }])));
await check('which is counted', db.from('conversations').select('message_count').eq('id', red.id).single(), ok(row => assert.equal(row.message_count, 2)));

// Upserts.
let preferences = {};
await check('preferences, added', db.from('user_preferences').upsert({ user_id: red.user_id, settings: { theme: 'sea', n: 1 } }, { onConflict: 'user_id' }).select().single(), ok((row, a) => { preferences = row; assert.equal(a.status, 201); assert.equal(row.preferred_style, 'minimal'); assert.equal(row.dark_mode, true); }));
await check('preferences, merged', db.from('user_preferences').upsert({ user_id: red.user_id, dark_mode: false }, { onConflict: 'user_id' }).select().single(), ok((row, a) => { assert.equal(a.status, 200); assert.equal(row.id, preferences.id); assert.equal(row.dark_mode, false); assert.equal(row.settings.theme, 'sea'); assert.equal(row.version, preferences.version + 1); }));
await check('preferences, ignored', db.from('user_preferences').upsert({ user_id: red.user_id, dark_mode: true }, { onConflict: 'user_id', ignoreDuplicates: true }).select(), ok(rows => assert.deepEqual(rows, [])));
await check('preferences of somebody else', db.from('user_preferences').upsert({ user_id: '4711' }, { onConflict: 'user_id' }), fails('42501', 403));
await check('json settings', db.from('user_preferences').select('settings->>theme').eq('settings->>theme', 'sea').single(), ok(row => assert.deepEqual(row, { theme: 'sea' })));
await check('upsert by key', db.from('conversations').upsert([{ id: red.id, title: 'Red again' }, { id: '7c2e7b7e-0000-4000-8000-000000000001', title: 'New' }]).select('title'), ok((rows, a) => { assert.equal(a.status, 201); assert.deepEqual(column(rows, 'title').sort(), ['New', 'Red again']); }));
await check('upsert of somebody else\'s row', db.from('conversations').upsert({ id: hidden.id, title: 'Taken' }), fails('42501', 403));
await check('twice in one upsert', db.from('conversations').upsert([{ id: red.id, title: 'a' }, { id: red.id, title: 'b' }]), fails('21000', 400));
await check('no such key', db.from('conversations').upsert({ title: 'a' }, { onConflict: 'title' }), fails('42P10', 400));
await check('missing is null', db.from('conversations').insert([{ title: 'a' }, { title: 'b', is_pinned: true }]), fails('23502', 400));
await check('missing is the default', db.from('conversations').insert([{ title: 'a' }, { title: 'b', is_pinned: true }], { defaultToNull: false }).select('title,is_pinned'), ok(rows => assert.deepEqual(rows, [{ title: 'a', is_pinned: false }, { title: 'b', is_pinned: true }])));

// Code and memory.
await check('code', db.from('generated_code').insert({ component_name: 'Card', code: 'export {};', conversation_id: red.id, message_id: first.id }).select('component_name,conversations(title),messages(content)').single(), ok(row => assert.deepEqual(row, { component_name: 'Card', conversations: { title: 'Red again' }, messages: { content: 'Uno' } })));
await check('code of somebody else\'s conversation', db.from('generated_code').insert({ code: 'x', conversation_id: hidden.id }), fails('23503', 409));
await check('code is hidden from others', other.from('generated_code').select(), ok(rows => assert.deepEqual(rows, [])));
await check('memory', db.from('memory_long_term').insert({ memory_type: 'preference', content: 'Likes dark', relevance_score: 0.5 }).select('memory_type,relevance_score,scope,last_accessed').single(), ok(row => { assert.equal(row.relevance_score, 0.5); assert.equal(row.scope, 'person'); assert.ok(row.last_accessed); }));
await check('memory of another kind', db.from('memory_long_term').insert({ memory_type: 'rumour', content: 'x' }), fails('23514', 400));
await check('memory is changed', db.from('memory_long_term').update({ content: 'Likes light' }).eq('memory_type', 'preference').select('content,version').single(), ok(row => assert.deepEqual(row, { content: 'Likes light', version: 2 })));
await check('the end', db.from('conversations').delete().eq('user_id', red.user_id).select('title'), ok(rows => assert.equal(rows.length, 6)));
await check('code outlives its conversation', db.from('generated_code').select('conversation_id').single(), ok(row => assert.equal(row.conversation_id, null)));

console.log(JSON.stringify({ calls, failures }));
