// Drives a Letta server with the official client, and prints what it understood as one line of JSON.
import { createRequire } from 'node:module';

const [packages, baseURL, apiKey] = process.argv.slice(2);
const require = createRequire(`${packages}/package.json`);
const { Letta, toFile } = require('@letta-ai/letta-client');
const client = new Letta({ baseURL, apiKey, maxRetries: 0 });

const listed = [];
for await (const agent of client.agents.list({ limit: 50, order: 'asc', include: ['agent.tools'] })) {
  listed.push(agent);
}

const made = await client.agents.create({ name: 'Hermes', model: 'openai/gpt-4.1', embedding: 'openai/text-embedding-3-small', memory_blocks: [{ label: 'persona', value: 'I run.' }] });
const read = await client.agents.retrieve(made.id, { include: ['agent.blocks'] });
const stream = await client.agents.messages.create(made.id, { messages: [{ role: 'user', content: 'Hello' }], streaming: true, stream_tokens: true, include_pings: true });
const types = [];
let said = '';
for await (const part of stream) {
  types.push(part.message_type);
  said += part.message_type !== 'assistant_message' ? '' : typeof part.content === 'string' ? part.content : part.content.map(each => each.text).join('');
}

const whole = await client.agents.messages.create(made.id, { messages: [{ role: 'user', content: 'Hello' }] });
const exported = await client.agents.exportFile(made.id);
const text = typeof exported === 'string' ? exported : JSON.stringify(exported);
const imported = await client.agents.importFile({ file: await toFile(Buffer.from(text), 'hermes.af'), override_existing_tools: false, append_copy_suffix: false });
const copy = await client.agents.retrieve(imported.agent_ids[0], { include: ['agent.blocks'] });
await client.agents.delete(made.id);
const gone = await client.agents.retrieve(made.id).catch(failure => failure.status);
const models = [...(await client.models.list())].map(model => model.handle);

console.log(JSON.stringify({
  listed: listed.length, once: new Set(listed.map(agent => agent.id)).size, tools: listed[0].tools.map(tool => tool.name), blocks: listed[0].blocks.length,
  read: [read.name, read.blocks[0].label, read.blocks[0].value], types: [...new Set(types)], said,
  whole: whole.messages.map(message => message.message_type), stopped: whole.stop_reason.stop_reason, copy: [copy.name, copy.blocks[0].value], gone, models,
}));
