// The API suite of test/runtimes/suite/ in each runtime with a command line, against the package as npm installs it.
// What passes where is kept in test/runtimes/results/; `vitest -u` records it anew.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FreshProject, ROOT, RUNTIMES } from '../runtimes/fresh-project.js';
import { type Outcome, summaryOf } from '../runtimes/outcomes.js';
import { withSuiteServer } from '../runtimes/server.js';

const isBuilt = existsSync(`${ROOT}dist/esm/index.js`);
const SUITE = fileURLToPath(new URL('../runtimes/suite', import.meta.url));
const golden = (name: string): unknown => JSON.parse(readFileSync(`${ROOT}test/golden/${name}.json`, 'utf8'));

let project: FreshProject;
beforeAll(() => {
  if (!isBuilt) return;
  project = new FreshProject();
  cpSync(SUITE, project.path('suite'), { recursive: true });
});
afterAll(() => project?.remove());

describe.skipIf(!isBuilt)('the API suite', () => {
  it.each(RUNTIMES)('passes in $name as it is recorded', async (runtime) => {
    await withSuiteServer(async (context) => {
      const told = project.write('context.json', JSON.stringify({ ...context, godot4: golden('variant-godot4') }));
      const { out, errors, error } = await project.run(runtime, project.path('suite/main.mjs'), [told]);
      const line = out.split('\n').find((text) => text.startsWith('[{'));
      if (line === undefined) throw new Error(`no outcome, but:\n${out}${errors}`);
      expect(error).toBe(null);
      const outcomes: Outcome[] = JSON.parse(line);
      await expect(summaryOf(outcomes)).toMatchFileSnapshot(`../runtimes/results/${runtime.name.toLowerCase()}.json`);
    });
  });
});
