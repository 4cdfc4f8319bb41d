// The API suite of test/runtimes/suite/ in each runtime with a command line, against the package as npm installs it.
// What passes where is kept in test/runtimes/results/; `vitest -u` records it anew.
import { cpSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isBuilt, ROOT, RUNTIMES, useFreshProject } from '../runtimes/fresh-project.js';
import { type Outcome, summaryOf } from '../runtimes/outcomes.js';
import { withSuiteServer } from '../runtimes/server.js';

const golden = (name: string): unknown => JSON.parse(readFileSync(`${ROOT}test/golden/${name}.json`, 'utf8'));

describe.skipIf(!isBuilt)('the API suite', () => {
  const project = useFreshProject((fresh) => {
    cpSync(`${ROOT}test/runtimes/suite`, fresh.path('suite'), { recursive: true });
  });

  it.each(RUNTIMES)('passes in $name as it is recorded', async (runtime) => {
    await withSuiteServer(async (context) => {
      const told = project().write('context.json', JSON.stringify({ ...context, godot4: golden('variant-godot4') }));
      const { out, errors, error } = await project().run(runtime, project().path('suite/main.mjs'), [told]);
      const line = out.split('\n').find((text) => text.startsWith('[{'));
      if (line === undefined) throw new Error(`no outcome, but:\n${out}${errors}`);
      expect(error).toBe(null);
      const outcomes: Outcome[] = JSON.parse(line);
      await expect(summaryOf(outcomes)).toMatchFileSnapshot(
        `../runtimes/results/${runtime.name.toLowerCase().replace(' ', '-')}.json`,
      );
    });
  });
});
