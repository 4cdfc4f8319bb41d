// The API suite of test/runtimes/suite/ in each runtime with a command line, against the package as npm installs it.
// What passes where is kept in test/runtimes/results/; `vitest -u` records it anew.
import { cpSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DENO, isBuilt, NODE, ROOT, RUNTIMES, type Runtime, useFreshProject } from '../runtimes/fresh-project.js';
import { type Outcome, summaryOf } from '../runtimes/outcomes.js';
import { withSuiteServer } from '../runtimes/server.js';

const golden = (name: string): unknown => JSON.parse(readFileSync(`${ROOT}test/golden/${name}.json`, 'utf8'));

interface Withholding {
  readonly runtime: Runtime;
  readonly withheld: readonly string[];
  /** What the command line says to give no other right than to read below `directory`. */
  readonly flags: (directory: string) => readonly string[];
}

/** Older releases of Node know the same flag as an experiment; none before 25 withholds the network. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
const NODE_WITHHOLDS = Number(process.versions.node.split('.')[0]) < 25 ? ['files'] : ['network', 'files'];

const WITHHOLDING: readonly Withholding[] = [
  {
    runtime: DENO,
    withheld: ['network', 'files'],
    flags: (directory) => ['run', '--quiet', '--no-prompt', `--allow-read=${directory}`],
  },
  {
    runtime: NODE,
    withheld: NODE_WITHHOLDS,
    flags: (directory) => ['--no-warnings', PERMISSION, `--allow-fs-read=${directory}/*`],
  },
];

describe.skipIf(!isBuilt)('the API suite', () => {
  const project = useFreshProject((fresh) => {
    cpSync(`${ROOT}test/runtimes/suite`, fresh.path('suite'), { recursive: true });
  });

  async function outcomesIn(runtime: Runtime, more: object = {}): Promise<Outcome[]> {
    return withSuiteServer(async (context) => {
      const told = JSON.stringify({ ...context, ...more, godot4: golden('variant-godot4') });
      const file = project().write('context.json', told);
      const { out, errors, error } = await project().run(runtime, project().path('suite/main.mjs'), [file]);
      const line = out.split('\n').find((text) => text.startsWith('[{'));
      if (line === undefined) throw new Error(`no outcome, but:\n${out}${errors}`);
      expect(error).toBe(null);
      return JSON.parse(line);
    });
  }

  it.each(RUNTIMES)('passes in $name as it is recorded', async (runtime) => {
    const outcomes = await outcomesIn(runtime);
    const file = `../runtimes/results/${runtime.name.toLowerCase().replace(' ', '-')}.json`;
    await expect(summaryOf(outcomes)).toMatchFileSnapshot(file);
  });

  it.each(WITHHOLDING)(
    'fails by Error codes in $runtime.name without its rights',
    async ({ runtime, withheld, flags }) => {
      const { directory } = project();
      const [program] = runtime.command();
      const restricted = { ...runtime, command: () => [program, ...flags(directory)] };
      const places = { directory, elsewhere: `${ROOT}package.json` };
      const outcomes = await outcomesIn(restricted, { withheld, ...places });
      const asked = outcomes.filter(({ group }) => group === 'rights withheld');
      expect(asked.filter(({ error }) => error !== null)).toEqual([]);
      expect(asked.length).toBe(withheld.includes('network') ? 21 : 4);
      // The rest fails where it needs the network or files, and nothing of it by what the package throws.
      expect(outcomes.filter(({ error }) => error?.startsWith('thrown by the package'))).toEqual([]);
      for (const group of ['codec', 'variant']) {
        expect(outcomes.filter((outcome) => outcome.group === group && outcome.error !== null)).toEqual([]);
      }
    },
  );
});
