// Generator of docs/settings.md: a table of all settings of a connection, made from setting-table.ts, setting-notes.ts
// and the doc comments of setting-properties.ts in host/godot4/websocket/.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { importBundled } from './bundled.mjs';
import { fromRoot } from './files.mjs';

const ROOM = fromRoot('host', 'godot4', 'websocket');
const PROPERTIES = `${ROOM}/setting-properties.ts`;

const WHERE = {
  all: 'everywhere',
  server: 'servers; a page has none, and not these names',
  sockets: 'not in pages: the browser decides there',
  page: 'pages',
};

/** Text of a module that exports the table of settings and the defaults of each profile. */
function entryText() {
  const values = fromRoot('host', 'protocol', 'settings.ts');
  return `export { readValue, SETTING_TABLE } from ${JSON.stringify(`${ROOM}/setting-table.ts`)};
export { SETTING_NOTES } from ${JSON.stringify(`${ROOM}/setting-notes.ts`)};
export { defaultValues, useProfile } from ${JSON.stringify(values)};`;
}

/** The first sentence about each setting, by its name. */
function briefs() {
  const source = ts.createSourceFile(PROPERTIES, readFileSync(PROPERTIES, 'utf8'), ts.ScriptTarget.Latest, true);
  const declared = source.statements.find((node) => ts.isInterfaceDeclaration(node));
  return new Map(declared.members.map((member) => [member.name.text, briefOf(member)]));
}

/** The first sentence without the default, which has its own column. */
function briefOf(member) {
  const text = ts.getTextOfJSDocComment(ts.getJSDocCommentsAndTags(member)[0].comment);
  const [paragraph] = text.split('\n\n');
  const [sentence] = paragraph.replaceAll('\n', ' ').split(/[.;] |\.$/);
  return `${sentence.replace(/, as at start,/, '')}.`;
}

const shown = (value) => (Array.isArray(value) ? 'empty' : String(value ?? 'none'));

function defaultOf(setting, { defaultValues, readValue, useProfile }) {
  const [now, former] = ['4.6', '4.3'].map((profile) => {
    useProfile(profile);
    return shown(readValue(setting, defaultValues()));
  });
  return now === former ? now : `${now} (profile 4.3: ${former})`;
}

function row([name, setting], about, profiles) {
  const { unit, takesEffect, concerns, reason } = profiles.SETTING_NOTES[name];
  const cells = [
    `\`${name}\``,
    about.get(name),
    defaultOf(setting, profiles),
    unit,
    setting.kind > 0 ? String(setting.least) : '',
    takesEffect,
    WHERE[concerns],
    reason,
  ];
  return `| ${cells.join(' | ')} |`;
}

/**
 * Rows of the limits, for SECURITY.md: name, value at start with its unit, reason. Lists, functions and what is about
 * compression are no limits.
 */
export async function limitRows() {
  const { SETTING_TABLE, ...profiles } = await importBundled(entryText());
  const limits = Object.entries(SETTING_TABLE).filter(
    ([name, { kind }]) => kind > 0 && !name.startsWith('compression_'),
  );
  return limits.map(([name, setting]) => {
    const { unit, reason } = profiles.SETTING_NOTES[name];
    const value = defaultOf(setting, profiles);
    return [name, value === '0' ? 'off' : `${value} ${unit}`, reason];
  });
}

/** Names of all settings. */
export async function settingNames() {
  const { SETTING_TABLE } = await importBundled(entryText());
  return Object.keys(SETTING_TABLE);
}

/** What the tables know about each setting, by its name. */
export async function settingFacts() {
  const { SETTING_TABLE, ...profiles } = await importBundled(entryText());
  const facts = Object.entries(SETTING_TABLE).map(([name, setting]) => {
    const { unit, takesEffect, concerns } = profiles.SETTING_NOTES[name];
    const least = setting.kind > 0 ? String(setting.least) : null;
    return [name, { unit, least, takesEffect, concerns, atStart: defaultOf(setting, profiles) }];
  });
  return new Map(facts);
}

export async function settingsPage() {
  const { SETTING_TABLE, ...profiles } = await importBundled(entryText());
  const about = briefs();
  const rows = Object.entries(SETTING_TABLE).map((entry) => row(entry, about, profiles));
  return `# Settings of a connection

Made from the table in [host/godot4/websocket/setting-table.ts](../host/godot4/websocket/setting-table.ts) by
\`npm run docs\`.

Each is a property of \`WebSocketPeer\` and of \`WebSocketSettings\`, an object that peers can share: \`peer.settings = shared\`.
\`WebSocketMultiplayerPeer\` and Godot 3's client and server have one as \`peer_settings\`, from which each connection gets
its values when it is made or accepted.

| setting | what it is | at start | unit | least | takes effect | where | why this value at start |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

A value below the least is refused with a message, and the former one stays; \`compression_mode\` is 0 or 1. A count is cut to signed 32 bits, and
seconds to whole milliseconds. A time of 0 stands for none, an \`outbound_buffer_size\` of 0 for no limit. A name that is none of these is a TypeError on \`WebSocketSettings\`.

\`set_compatibility_profile\` chooses the values at start of what is made later. Godot 3's classes begin with
\`inbound_buffer_size\` 65536, \`max_queued_packets\` 1024 and \`max_handshake_size\` 4096, its server with
\`handshake_timeout\` 3; its limit of packets to be sent is that of \`set_buffers\`. The \`handshake_timeout\` of
\`WebSocketMultiplayerPeer\` is for joining as a whole, 3 seconds unless set, and that of its \`peer_settings\` does not
count.
`;
}
