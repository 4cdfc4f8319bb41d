// Reporter for the end of a test run: every skipped test by name with its reason, then one line of counts. A reason is
// the argument of `context.skip(reason)`, or part of the title: "… (needs godot4 on PATH)".
import { shortPath } from './lib/files.mjs';

function reasonOf(test) {
  const note = test.result().note;
  if (note) return ` (${note})`;
  return test.fullName.includes('(needs ') ? '' : ' (no reason given)';
}

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    // A file that cannot be loaded and an error outside of any test fail the run without failing a test.
    let failed = unhandledErrors.length;
    const skipped = [];
    for (const module of modules) {
      const file = shortPath(module.moduleId);
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'skipped') skipped.push(`${file} > ${test.fullName}${reasonOf(test)}`);
        else failed += 1;
      }
    }
    for (const name of skipped) console.log(`skipped: ${name}`);
    const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    console.log(`${passed} passed, ${failed} failed${rest}`);
  }
}
